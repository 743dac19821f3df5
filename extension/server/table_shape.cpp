// Compares a relcache entry with a declared shape, and remembers the answer until the entry is invalidated.
#include "extension/server/table_shape.hpp"

#include <algorithm>
#include <iterator>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// --- what is compared ---

bool is_table_itself(Relation relation) {
  return !relation->rd_rel->relispartition;
}

const char* different_kind(Relation relation, const TableShape& shape) {
  const FormData_pg_class* row = relation->rd_rel;
  const bool partitioned = shape.partition_column >= 0 && is_table_itself(relation);
  if (row->relkind != (partitioned ? RELKIND_PARTITIONED_TABLE : RELKIND_RELATION))
    return partitioned ? "is not a partitioned table" : "is not a plain table";
  if (!partitioned && row->relam != HEAP_TABLE_AM_OID) return "has another access method than heap";
  if (row->relpersistence != RELPERSISTENCE_PERMANENT) return "is not a permanent table";
  return nullptr;
}

// Who owns the tables of an installation is told by one of them: a change of that one concerns the others.
// One for each extension that this session has met.
Oid telling_tables[8];

bool tells_the_owner(Oid relation) {
  return std::find(std::begin(telling_tables), std::end(telling_tables), relation) !=
         std::end(telling_tables);
}

void watch_owner(Oid relation) {
  static std::size_t next = 0;
  if (!tells_the_owner(relation)) telling_tables[next++ % std::size(telling_tables)] = relation;
}

Oid owner_of(const Installation& installation) {
  const Oid relation = installed_relation(installation, installation.owner_table);
  watch_owner(relation);
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) return InvalidOid;
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return owner;
}

const char* different_rights(Relation relation, const TableShape& shape) {
  const Oid owner = relation->rd_rel->relowner;
  if (owner != owner_of(shape.installation)) return "has another owner than the other tables";
  if (relation->rd_rel->relforcerowsecurity) return "has row security that is forced on its owner";
  const AclMode needed = shape.ground == Ground::kRead ? ACL_SELECT : ACL_SELECT | ACL_INSERT;
  if (pg_class_aclmask(RelationGetRelid(relation), owner, needed, ACLMASK_ALL) != needed)
    return "denies its owner a right";
  return nullptr;
}

const char* different_column(const FormData_pg_attribute* found, const ShapeColumn& expected) {
  if (strcmp(NameStr(found->attname), expected.name) != 0)
    return psprintf("has the column \"%s\" in the place of \"%s\"", NameStr(found->attname), expected.name);
  if (found->atttypid != expected.type || found->atttypmod != -1) {
    return psprintf("has the column \"%s\" of type %s, not %s", expected.name,
                    format_type_with_typemod(found->atttypid, found->atttypmod),
                    format_type_be(expected.type));
  }
  if (found->attcollation != get_typcollation(expected.type))
    return psprintf("has the column \"%s\" with another collation", expected.name);
  if (found->attgenerated != '\0' || found->attidentity != '\0')
    return psprintf("generates the column \"%s\"", expected.name);
  return nullptr;
}

// Rows are in the leaves; of the table above them places do not matter, nor to statements.
const char* different_columns(Relation relation, const TableShape& shape) {
  const TupleDescData* columns = RelationGetDescr(relation);
  const bool holds_rows =
      shape.ground != Ground::kStatements && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE;
  int matched = 0;
  for (int i = 0; i < columns->natts; ++i) {
    const FormData_pg_attribute* column = TupleDescAttr(columns, i);
    if (column->attisdropped) {
      if (holds_rows) return psprintf("had a column in place %d that was dropped", i + 1);
      continue;
    }
    if (matched == shape.column_count)
      return psprintf("has one more column \"%s\"", NameStr(column->attname));
    if (const char* found = different_column(column, shape.columns[matched])) return found;
    ++matched;
  }
  if (matched < shape.column_count) return psprintf("lacks the column \"%s\"", shape.columns[matched].name);
  return nullptr;
}

Oid default_family(Oid type) {
  return get_opclass_family(GetDefaultOpClass(type, BTREE_AM_OID));
}

const char* different_partitioning(Relation relation, const TableShape& shape) {
  if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) return nullptr;
  PartitionKey by = RelationGetPartitionKey(relation);
  const ShapeColumn& column = shape.columns[shape.partition_column];
  if (by->strategy == PARTITION_STRATEGY_RANGE && by->partnatts == 1 && by->partattrs[0] > 0 &&
      by->partopfamily[0] == default_family(column.type) &&
      strcmp(get_attname(RelationGetRelid(relation), by->partattrs[0], false), column.name) == 0)
    return nullptr;
  return psprintf("is not partitioned by ranges of \"%s\"", column.name);
}

bool is_key_column(Relation table, Relation index, int place, const ShapeColumn& column) {
  const AttrNumber number = index->rd_index->indkey.values[place];
  return number > 0 && index->rd_opfamily[place] == default_family(column.type) &&
         index->rd_indcollation[place] == get_typcollation(column.type) && index->rd_indoption[place] == 0 &&
         strcmp(NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname), column.name) == 0;
}

bool is_expected_key(Relation table, Relation index, const TableShape& shape) {
  const FormData_pg_index* row = index->rd_index;
  if (index->rd_rel->relam != BTREE_AM_OID || !row->indisvalid || !row->indimmediate ||
      row->indnkeyatts != shape.key_count)
    return false;
  for (int i = 0; i < shape.key_count; ++i) {
    if (!is_key_column(table, index, i, shape.columns[shape.key[i]])) return false;
  }
  return true;
}

Oid primary_key_of(Relation table) {
#if PG_VERSION_NUM >= 180000
  return RelationGetPrimaryKeyIndex(table, false);
#else
  return RelationGetPrimaryKeyIndex(table);
#endif
}

const char* different_key(Relation relation, const TableShape& shape) {
  if (shape.key_count == 0) return nullptr;
  const Oid key = primary_key_of(relation);
  if (!OidIsValid(key)) return "has no primary key";
  Relation index = index_open(key, AccessShareLock);
  const bool expected = is_expected_key(relation, index, shape);
  index_close(index, AccessShareLock);
  return expected ? nullptr : "has a primary key of other columns, order, operators or constraint";
}

// Of more indexes, those that a row may break or that need more than its columns.
const char* different_index(Relation relation) {
  const Oid key = primary_key_of(relation);
  List* indexes = RelationGetIndexList(relation);
  const char* found = nullptr;
  for (int i = 0; i < list_length(indexes) && found == nullptr; ++i) {
    const Oid id = list_nth_oid(indexes, i);
    if (id == key) continue;
    Relation index = index_open(id, AccessShareLock);
    const FormData_pg_index* row = index->rd_index;
    const char* name = RelationGetRelationName(index);
    if (row->indisunique || row->indisexclusion) {
      found = psprintf("has a constraint by the index \"%s\"", name);
    } else if (RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL) {
      found = psprintf("has an index of expressions or of some rows, \"%s\"", name);
    }
    index_close(index, AccessShareLock);
  }
  list_free(indexes);
  return found;
}

// The tables of setup() have none of it; somebody may have added some since.
const char* different_additions(Relation relation) {
  if (relation->trigdesc != nullptr && relation->trigdesc->numtriggers > 0)
    return psprintf("has the trigger \"%s\"", relation->trigdesc->triggers[0].tgname);
  if (relation->rd_rules != nullptr) return "has a rule";
  const TupleConstr* constraints = RelationGetDescr(relation)->constr;
  if (constraints != nullptr && constraints->num_check > 0)
    return psprintf("has the check \"%s\"", constraints->check[0].ccname);
  return different_index(relation);
}

// Citus keeps what it has distributed in this table; such a one is empty here, or its rows have copies.
bool is_distributed(Relation relation) {
  const Oid list = get_relname_relid("pg_dist_partition", get_namespace_oid("pg_catalog", false));
  if (!OidIsValid(list)) return false;
  const AttrNumber column = get_attnum(list, "logicalrelid");
  if (column == InvalidAttrNumber) return false;
  Relation opened = table_open(list, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationGetRelid(relation)));
  SysScanDesc scan = systable_beginscan(opened, InvalidOid, false, nullptr, 1, &key);
  const bool found = HeapTupleIsValid(systable_getnext(scan));
  systable_endscan(scan);
  table_close(opened, AccessShareLock);
  return found;
}

// --- what is remembered ---

// By the oid of the relation; bounded, so that any number of partitions costs no memory. An entry that
// another has pushed out is compared anew.
struct Known {
  const TableShape* shape;
  Oid relation;
  bool as_written;
};

constexpr std::uint32_t kKnown = 1024;
Known known[kKnown];
// Moves with every invalidation of any relation: an answer during which one arrived is not kept.
std::uint64_t invalidations = 0;
bool registered = false;

Known& place_of(Oid relation) {
  return known[murmurhash32(relation) % kKnown];
}

void forget(Datum /*argument*/, Oid relation) {
  ++invalidations;
  if (!OidIsValid(relation) || tells_the_owner(relation)) {
    memset(known, 0, sizeof(known));
  } else if (Known& entry = place_of(relation); entry.relation == relation) {
    entry = {};
  }
}

}  // namespace

const char* difference(Relation relation, const TableShape& shape) {
  if (const char* found = different_kind(relation, shape)) return found;
  if (const char* found = different_columns(relation, shape)) return found;
  if (const char* found = different_partitioning(relation, shape)) return found;
  if (const char* found = different_key(relation, shape)) return found;
  if (const char* found = different_rights(relation, shape)) return found;
  if (shape.ground == Ground::kWritten) {
    if (const char* found = different_additions(relation)) return found;
  }
  // Statements reach all nodes.
  return shape.ground != Ground::kStatements && is_distributed(relation) ? "is distributed over nodes"
                                                                         : nullptr;
}

bool is_as_written(Relation relation, const TableShape& shape) {
  const Oid id = RelationGetRelid(relation);
  const Known& entry = place_of(id);
  if (entry.relation == id && entry.shape == &shape) return entry.as_written;
  if (!registered) {
    CacheRegisterRelcacheCallback(forget, Datum{0});
    registered = true;
  }
  const std::uint64_t before = invalidations;
  const bool as_written = difference(relation, shape) == nullptr;
  if (invalidations == before) place_of(id) = {&shape, id, as_written};
  return as_written;
}

}  // namespace command_center::server
