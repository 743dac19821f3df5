// Turns an acceptance into columns.
#include "extension/command_center/execute/answer.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>

#include "extension/server/arguments.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void fill_acceptance(const Acceptance& acceptance, Datum* values, bool* nulls) {
  const Datum columns[kAcceptanceColumns] = {text_datum("accepted"),
                                             uuid_datum(acceptance.command_id),
                                             text_datum(acceptance.request->command_name),
                                             text_datum(acceptance.target),
                                             text_datum(acceptance.correlation_id),
                                             text_datum(mode_of(acceptance)),
                                             BoolGetDatum(acceptance.replayed),
                                             acceptance.result};
  std::copy_n(columns, kAcceptanceColumns, values);
  std::fill_n(nulls, kAcceptanceColumns, false);
  nulls[kAcceptanceColumns - 1] = acceptance.result == 0;
}

}  // namespace command_center::extension
