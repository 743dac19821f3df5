// The text of the statement is the same for all: the leaf's name takes the place of the table's.
#include "extension/server/leaf_statement.hpp"

#include <cstring>

#include "extension/server/installation.hpp"
#include "extension/server/leaf_partition.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// Plain data: the leaves of the tables in their order.
struct Leaf {
  Oid oid[kMaxLeafTables];
};

// Locks it.
bool is_leaf_as_written(Oid leaf, const TableShape& shape) {
  Relation opened = try_table_open(leaf, AccessShareLock);
  if (opened == nullptr) return false;
  const bool as_written = is_as_written(opened, shape);
  table_close(opened, NoLock);
  return as_written;
}

// 0 where the keys are not in one leaf, or it cannot stand for the table.
Oid leaf_of(const LeafTable& of, const Parameters& parameters) {
  const TableShape& shape = *of.shape;
  Relation table = table_open(installed_relation(shape.installation, shape.name), AccessShareLock);
  Oid leaf = InvalidOid;
  if (is_as_written(table, shape) && has_only_leaves(table)) {
    leaf = partition_for(table, parameters.values()[of.first_key]);
    if (leaf != partition_for(table, parameters.values()[of.last_key])) leaf = InvalidOid;
  }
  table_close(table, NoLock);
  return OidIsValid(leaf) && is_leaf_as_written(leaf, shape) ? leaf : InvalidOid;
}

bool find_leaves(const LeafStatement& statement, const Parameters& parameters, Leaf& leaves) {
  for (int i = 0; i < statement.table_count; ++i) {
    leaves.oid[i] = leaf_of(statement.tables[i], parameters);
    if (!OidIsValid(leaves.oid[i])) return false;
  }
  return true;
}

bool is_part_of_name(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// `sql` with the leaf's name in each place of the table's. Names of tables of setup() need no quotes.
char* naming_leaf(const char* sql, const TableShape& shape, Oid leaf) {
  char* table = psprintf("%s.%s", shape.installation.schema, shape.name);
  const std::size_t length = strlen(table);
  const char* name =
      quote_qualified_identifier(get_namespace_name(get_rel_namespace(leaf)), get_rel_name(leaf));
  StringInfoData text;
  initStringInfo(&text);
  const char* rest = sql;
  for (const char* found = strstr(rest, table); found != nullptr; found = strstr(rest, table)) {
    appendBinaryStringInfo(&text, rest, static_cast<int>(found - rest));
    appendStringInfoString(&text, is_part_of_name(found[length]) ? table : name);
    rest = found + length;
  }
  appendStringInfoString(&text, rest);
  return text.data;
}

_SPI_plan* plan_of(const LeafStatement& statement, const Leaf& leaves) {
  const char* sql = statement.whole.sql;
  for (int i = 0; i < statement.table_count; ++i)
    sql = naming_leaf(sql, *statement.tables[i].shape, leaves.oid[i]);
  return make_plan(statement.whole, sql, Planning::kOnce);
}

bool is_of(const LeafPlan& kept, const Leaf& leaves) {
  return kept.plan != nullptr && memcmp(kept.leaves, leaves.oid, sizeof(kept.leaves)) == 0;
}

LeafPlan& place_of(LeafStatement& statement, const Leaf& leaves) {
  for (LeafPlan& kept : statement.plans) {
    if (is_of(kept, leaves)) return kept;
  }
  LeafPlan& place = statement.plans[statement.next_place];
  statement.next_place = (statement.next_place + 1) % kKeptLeafPlans;
  return place;
}

// One that a change of a table has made invalid is not read anew as it is: the leaf may have another name
// now.
_SPI_plan* plan_for(LeafStatement& statement, const Leaf& leaves) {
  LeafPlan& place = place_of(statement, leaves);
  if (is_of(place, leaves) && SPI_plan_is_valid(place.plan)) return place.plan;
  _SPI_plan* plan = plan_of(statement, leaves);
  if (place.plan != nullptr) (void)SPI_freeplan(place.plan);
  memcpy(place.leaves, leaves.oid, sizeof(place.leaves));
  place.plan = plan;
  return plan;
}

}  // namespace

std::uint64_t read(LeafStatement& statement, const Parameters& parameters) {
  Leaf leaves = {};
  if (!find_leaves(statement, parameters, leaves)) return read(statement.whole, parameters);
  return read_by(plan_for(statement, leaves), parameters);
}

}  // namespace command_center::server
