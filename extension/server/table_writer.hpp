// Inserts rows of ours into partitioned tables without planning and routing a statement for each.
#pragma once

#include "extension/server/server_types.hpp"
#include "extension/server/statements.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::server {

// A table of setup() that is partitioned by a range of one column. Static storage only.
struct WrittenTable {
  const TableShape& shape;
  Statement insert;  // with a parameter for each column, in the table's order
};

// Inserts `count` rows of a value for each column. A partition that is as written (table_shape.hpp), of a
// table that is, is written directly, as COPY does; any other, no partition at all, and rows that break NOT
// NULL by the statement, with all that the server makes of it. Postgres regime; the owner of the tables acts.
void write_rows(WrittenTable& table, const Datum* values, const bool* nulls, int count);

// Inserts one row unless a unique index already has it; answers whether it did. A row of a transaction that
// has not ended counts, and is not waited for. Only a partition that is no such plain table is written by the
// statement, ON CONFLICT DO NOTHING, which waits. As above otherwise.
[[nodiscard]] bool write_unless_taken(WrittenTable& table, const Datum* values, const bool* nulls);

// Whether rows of this value of the partition column go by the statement, where a trigger may swallow them.
// As above otherwise.
[[nodiscard]] bool goes_by_statement(const WrittenTable& table, Datum partition_value);

}  // namespace command_center::server
