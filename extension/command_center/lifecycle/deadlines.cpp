// Inserts deadlines. A table of their own: as a column of the dispatches they would cost every command an
// index.
#include "extension/command_center/lifecycle/deadlines.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/tables.hpp"

#include "extension/server/arguments.hpp"
#include "extension/server/table_writer.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kColumns = 3;

WrittenTable deadlines_table = {
    kDispatchDeadlines,
    {kInstallation,
     "INSERT INTO command_center.dispatch_deadlines (tenant_id, command_id, deadline)"
     " VALUES ($1, $2, $3)",
     kColumns,
     {UUIDOID, UUIDOID, TIMESTAMPTZOID}}};

}  // namespace

void append_deadlines(const DispatchDeadline* deadlines, int count) {
  if (count == 0) return;
  const auto cells = static_cast<std::size_t>(count) * kColumns;
  auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * cells));
  auto* nulls = static_cast<bool*>(palloc0(sizeof(bool) * cells));
  for (int i = 0; i < count; ++i) {
    Datum* row = values + static_cast<std::ptrdiff_t>(i) * kColumns;
    row[0] = uuid_datum(deadlines[i].tenant_id);
    row[1] = uuid_datum(deadlines[i].command_id);
    row[2] = TimestampTzGetDatum(deadlines[i].deadline);
  }
  write_rows(deadlines_table, values, nulls, count);
}

}  // namespace command_center::extension
