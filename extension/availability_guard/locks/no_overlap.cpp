// Compares the server's relcache entries, and remembers a good answer until the table's entry is invalidated.
#include "extension/availability_guard/locks/no_overlap.hpp"

#include <iterator>

#include "extension/availability_guard/installation.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

struct Excluded {
  const char* column;
  Oid operator_function;
};

constexpr Excluded kExcluded[] = {
    {"tenant_id", F_UUID_EQ}, {"room_id", F_UUID_EQ}, {"mode", F_TEXTEQ}, {"stay", F_RANGE_OVERLAPS}};
constexpr int kExcludedCount = static_cast<int>(std::size(kExcluded));

// The table of the last good answer; 0: none.
Oid proven = InvalidOid;
bool registered = false;

void forget(Datum /*argument*/, Oid relation) noexcept {
  if (!OidIsValid(relation) || relation == proven) proven = InvalidOid;
}

bool is_column(Relation table, AttrNumber number, const char* name) {
  return number > 0 &&
         strcmp(NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname), name) == 0;
}

// room_id IS NOT NULL, and nothing else.
bool is_of_rooms(Relation table, Relation index) {
  List* predicate = RelationGetIndexPredicate(index);
  if (list_length(predicate) != 1 || !IsA(linitial(predicate), NullTest)) return false;
  const auto* test = static_cast<const NullTest*>(linitial(predicate));
  return test->nulltesttype == IS_NOT_NULL && IsA(test->arg, Var) &&
         is_column(table, reinterpret_cast<const Var*>(test->arg)->varattno, "room_id");
}

bool excludes_overlaps(Relation table, Relation index) {
  const FormData_pg_index* row = index->rd_index;
  if (!row->indisexclusion || !row->indisvalid || !row->indisready || !row->indimmediate ||
      row->indnkeyatts != kExcludedCount || !is_of_rooms(table, index))
    return false;
  Oid* operators = nullptr;
  Oid* functions = nullptr;
  std::uint16_t* strategies = nullptr;
  RelationGetExclusionInfo(index, &operators, &functions, &strategies);
  for (int i = 0; i < kExcludedCount; ++i) {
    if (!is_column(table, row->indkey.values[i], kExcluded[i].column) ||
        functions[i] != kExcluded[i].operator_function)
      return false;
  }
  return true;
}

bool find_constraint(Relation table) {
  List* indexes = RelationGetIndexList(table);
  bool found = false;
  for (int i = 0; i < list_length(indexes) && !found; ++i) {
    Relation index = index_open(list_nth_oid(indexes, i), AccessShareLock);
    found = excludes_overlaps(table, index);
    index_close(index, NoLock);
  }
  list_free(indexes);
  return found;
}

bool has_no_overlap_constraint() {
  const Oid relation = installed_relation(kInstallation, "inventory_locks");
  if (!registered) {
    CacheRegisterRelcacheCallback(forget, Datum{0});
    registered = true;
  }
  // With the lock, what has changed is known, and nothing changes from here on. A standby, where check_room
  // works, gives no other.
  LockRelationOid(relation, RecoveryInProgress() ? AccessShareLock : RowExclusiveLock);
  if (relation == proven) return true;
  Relation table = table_open(relation, NoLock);
  const bool found = find_constraint(table);
  table_close(table, NoLock);
  if (found) proven = relation;
  return found;
}

}  // namespace

void require_no_overlap_constraint() {
  if (has_no_overlap_constraint()) return;
  refuse("KC015",
         "table \"availability_guard.inventory_locks\" lacks the constraint that keeps rooms from being held "
         "twice",
         nullptr, "CREATE EXTENSION btree_gist if it is gone, and add the constraint that doctor() names.");
}

}  // namespace command_center::guard
