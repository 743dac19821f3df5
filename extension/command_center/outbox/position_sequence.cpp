// Looks the sequence's parameters up in the server's cache.
#include "extension/command_center/outbox/position_sequence.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

void require_counting_one_by_one(const char* hint) {
  const Oid sequence = installed_relation(kInstallation, "outbox_position");
  HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(sequence));
  if (!HeapTupleIsValid(tuple))
    refuse("KC015", "\"command_center.outbox_position\" is not a sequence", nullptr,
           kInstallation.setup_hint);
  const FormData_pg_sequence shape = *reinterpret_cast<Form_pg_sequence>(GETSTRUCT(tuple));
  ReleaseSysCache(tuple);
  if (shape.seqcache == 1 && shape.seqincrement > 0 && !shape.seqcycle) return;
  refuse("KC015", "sequence \"command_center.outbox_position\" does not count one by one",
         psprintf("{\"cache\": " INT64_FORMAT ", \"increment\": " INT64_FORMAT ", \"cycle\": %s}",
                  shape.seqcache, shape.seqincrement, shape.seqcycle ? "true" : "false"),
         hint);
}

}  // namespace command_center::extension
