// What a table must be for its rows to be read or written below the SQL layer.
#pragma once

#include "extension/server/installation.hpp"
#include "extension/server/server_types.hpp"

struct RelationData;

namespace command_center::server {

struct ShapeColumn {
  const char* name;
  Oid type;
};

inline constexpr int kMaxKeyColumns = 5;

// What is done with a table below the SQL layer.
enum class Ground {
  kStatements,  // nothing: only doctor() compares it
  kRead,        // its rows are looked up by the primary key
  kWritten      // and rows are inserted, which triggers, rules, checks and more indexes would want to know
};

// A table as setup() makes it. Static storage only.
struct TableShape {
  const Installation& installation;
  const char* name;
  Ground ground;
  const ShapeColumn* columns;
  int column_count;
  int partition_column;  // from 0; -1: it is not partitioned
  int key_count;         // of its primary key; 0: it has none
  int key[kMaxKeyColumns];
};

// Plain data over static storage.
struct Shapes {
  const TableShape* const* shape;
  int count;
};

// Both are Postgres regime; the table, or one of its partitions, must be open and locked.

// Whether the table is what it was made as: columns by name, place, type and collation; the primary key by
// columns, operators and order; a plain heap of the owner of the tables that no other planner (Citus) spreads
// over nodes; and where rows are written, nothing that looks at them. Compared once for each relcache entry
// and remembered. Where not, the statement of the same meaning is right.
[[nodiscard]] bool is_as_written(RelationData* relation, const TableShape& shape);

// What is not, in words that follow the table's name; null when all is. For doctor().
[[nodiscard]] const char* difference(RelationData* relation, const TableShape& shape);

}  // namespace command_center::server
