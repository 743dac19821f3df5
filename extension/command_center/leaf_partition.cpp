// Searches the sorted bounds as the server's tuple routing does.
#include "extension/command_center/leaf_partition.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {

Oid partition_for(Relation table, Datum key) {
  PartitionKey by = RelationGetPartitionKey(table);
  if (by == nullptr || by->strategy != PARTITION_STRATEGY_RANGE || by->partnatts != 1) return InvalidOid;
  PartitionDesc partitions = RelationGetPartitionDesc(table, true);
  if (partitions->nparts == 0) return InvalidOid;
  bool equal = false;
  const int bound = partition_range_datum_bsearch(by->partsupfunc, by->partcollation, partitions->boundinfo,
                                                  1, &key, &equal);
  const int index = partitions->boundinfo->indexes[bound + 1];
  return index >= 0 && partitions->is_leaf[index] ? partitions->oids[index] : InvalidOid;
}

void hint_at_maintain(void* /*argument*/) {
  if (geterrcode() == ERRCODE_CHECK_VIOLATION) {
    errhint("Call command_center.maintain(): it makes the partitions of the coming days.");
  }
}

}  // namespace command_center::extension
