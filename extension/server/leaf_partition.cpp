// Searches the sorted bounds as the server's tuple routing does.
#include "extension/server/leaf_partition.hpp"

#include <algorithm>
#include <cstring>

#include "extension/server/installation.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// Null where the table is not partitioned by a range of one column, or has no partition.
PartitionDesc ranges_of(Relation table) {
  PartitionKey by = RelationGetPartitionKey(table);
  if (by == nullptr || by->strategy != PARTITION_STRATEGY_RANGE || by->partnatts != 1) return nullptr;
  PartitionDesc partitions = RelationGetPartitionDesc(table, true);
  return partitions->nparts > 0 ? partitions : nullptr;
}

// Where the bounds hold the index of the range that `key` is in.
int place_of(Relation table, PartitionDesc partitions, Datum key) {
  PartitionKey by = RelationGetPartitionKey(table);
  bool equal = false;
  return 1 + partition_range_datum_bsearch(by->partsupfunc, by->partcollation, partitions->boundinfo, 1, &key,
                                           &equal);
}

Oid leaf_at(PartitionDesc partitions, int index) {
  return index >= 0 && partitions->is_leaf[index] ? partitions->oids[index] : InvalidOid;
}

// Asked for under a lock that is given back at once: it need not stay as it is.
bool has_pages(Oid leaf) {
  Relation relation = try_table_open(leaf, AccessShareLock);
  if (relation == nullptr) return false;
  const bool is_heap =
      relation->rd_rel->relkind == RELKIND_RELATION && relation->rd_rel->relam == HEAP_TABLE_AM_OID;
  const bool answer = !is_heap || RelationGetNumberOfBlocks(relation) > 0;
  table_close(relation, AccessShareLock);
  return answer;
}

// In the order that statements know.
bool is_partitioned_by(Relation table, const char* column, Oid type) {
  PartitionKey by = RelationGetPartitionKey(table);
  if (by->partattrs[0] == 0 || by->parttypid[0] != type || by->partopcintype[0] != type) return false;
  const FormData_pg_attribute* found = TupleDescAttr(RelationGetDescr(table), by->partattrs[0] - 1);
  return strcmp(NameStr(found->attname), column) == 0 &&
         by->partopfamily[0] == get_opclass_family(GetDefaultOpClass(type, BTREE_AM_OID));
}

// The end of a range, or what no key lies beyond.
Datum end_of(Relation table, PartitionBoundInfo bounds, int place, Datum beyond) {
  if (place < 0 || place >= bounds->ndatums || bounds->kind[place][0] != PARTITION_RANGE_DATUM_VALUE)
    return beyond;
  PartitionKey by = RelationGetPartitionKey(table);
  return datumCopy(bounds->datums[place][0], by->parttypbyval[0], by->parttyplen[0]);
}

}  // namespace

KeyRange keys_with_rows(Relation table, const char* column, Oid type, const KeyRange& all) {
  PartitionDesc partitions = ranges_of(table);
  if (partitions == nullptr || !is_partitioned_by(table, column, type)) return all;
  if (!has_only_leaves(table) || OidIsValid(default_partition(table))) return all;
  PartitionBoundInfo bounds = partitions->boundinfo;
  KeyRange keys = {all.first, all.first, true};
  for (int place = 0; place <= bounds->ndatums; ++place) {
    const int index = bounds->indexes[place];
    if (index < 0 || !has_pages(partitions->oids[index])) continue;
    if (keys.is_empty) keys.first = end_of(table, bounds, place - 1, all.first);
    keys.last = end_of(table, bounds, place, all.last);
    keys.is_empty = false;
  }
  return keys;
}

bool may_have_rows_between(Relation table, Datum first, Datum last) {
  if (!has_only_leaves(table) || OidIsValid(default_partition(table))) return true;
  const Leaves leaves = partitions_between(table, first, last);
  return std::any_of(leaves.partitions, leaves.partitions + leaves.count, has_pages);
}

Oid partition_for(Relation table, Datum key) {
  PartitionDesc partitions = ranges_of(table);
  if (partitions == nullptr) return InvalidOid;
  return leaf_at(partitions, partitions->boundinfo->indexes[place_of(table, partitions, key)]);
}

Leaves partitions_between(Relation table, Datum first, Datum last) {
  PartitionDesc partitions = ranges_of(table);
  if (partitions == nullptr) return {};
  Leaves leaves = {static_cast<Oid*>(palloc(sizeof(Oid) * static_cast<std::size_t>(partitions->nparts))), 0};
  const int end = place_of(table, partitions, last);
  for (int i = place_of(table, partitions, first); i <= end; ++i) {
    const Oid leaf = leaf_at(partitions, partitions->boundinfo->indexes[i]);
    if (OidIsValid(leaf)) leaves.partitions[leaves.count++] = leaf;
  }
  return leaves;
}

bool has_only_leaves(Relation table) {
  PartitionDesc partitions = ranges_of(table);
  return partitions != nullptr && std::all_of(partitions->is_leaf, partitions->is_leaf + partitions->nparts,
                                              [](bool is_leaf) { return is_leaf; });
}

Oid default_partition(Relation table) {
  PartitionDesc partitions = ranges_of(table);
  return partitions != nullptr ? leaf_at(partitions, partitions->boundinfo->default_index) : InvalidOid;
}

void hint_at_maintain(void* installation) {
  if (geterrcode() == ERRCODE_CHECK_VIOLATION) {
    errhint("%s", static_cast<const Installation*>(installation)->maintain_hint);
  }
}

}  // namespace command_center::server
