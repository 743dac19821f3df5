// Statements about one leaf of partitioned tables: planned once for the leaf, so that neither planning nor
// locks grow with the number of partitions.
#pragma once

#include <cstdint>

#include "extension/server/server_types.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::server {

inline constexpr int kMaxLeafTables = 2;
inline constexpr int kKeptLeafPlans = 4;

// A table that the statement names with its schema, and that is partitioned by a range of one column.
// All rows that the statement wants of it have keys between these two parameters, from 0.
struct LeafTable {
  const TableShape* shape;
  int first_key;
  int last_key;
};

struct LeafPlan {
  Oid leaves[kMaxLeafTables];
  _SPI_plan* plan;
};

// Static storage only: the plans of the days that were used last are kept until the backend ends.
struct LeafStatement {
  // Over the tables as a whole: what is run where a leaf is not what setup() made, or the keys are in two.
  Statement whole;
  LeafTable tables[kMaxLeafTables];
  int table_count;
  LeafPlan plans[kKeptLeafPlans] = {};
  int next_place = 0;
};

// As read() of a Statement.
std::uint64_t read(LeafStatement& statement, const Parameters& parameters);

}  // namespace command_center::server
