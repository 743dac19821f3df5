// Raises the warning.
#include "extension/command_center/trace_warning.hpp"

#include "extension/core/envelope/trace_context.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void warn_of_dropped_traceparents(int dropped) {
  if (dropped == 0) return;
  const char* what =
      dropped == 1 ? "traceparent is not one of W3C Trace Context and was left out"
                   : psprintf("%d traceparents are not of W3C Trace Context and were left out", dropped);
  ereport(WARNING, (errcode(ERRCODE_WARNING), errmsg_internal("%s", what),
                    errhint("A valid one looks like %s.", envelope::kTraceparentExample.data())));
}

}  // namespace command_center::extension
