// Fixes the generation of the catalogue at the start of a decision; the caches compare theirs with it.
#include "extension/server/caches/reading.hpp"

#include "extension/server/caches/generation.hpp"
#include "extension/server/primary_key_scan.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {

void begin_reading(const Installation& installation) {
  installation.changes->decided_under = take_catalogue_changes(installation);
}

std::uint64_t decision_generation(const Installation& installation) noexcept {
  return installation.changes->decided_under;
}

std::uint64_t read_stable(Statement& statement, const Parameters& parameters) {
  for (;;) {
    const std::uint64_t before = catalogue_generation(statement.installation);
    const std::uint64_t rows = run_with_latest_snapshot(statement, parameters);
    if (catalogue_generation(statement.installation) == before) return rows;
    CHECK_FOR_INTERRUPTS();
  }
}

namespace {

bool is_ordinary(Oid relation, const TableShape& table) {
  Relation opened = table_open(relation, AccessShareLock);
  const bool as_written = is_as_written(opened, table);
  table_close(opened, NoLock);
  return as_written;
}

}  // namespace

bool exists_stable(const TableShape& table, Statement& statement, const Parameters& values) {
  const Oid relation = installed_relation(table.installation, table.name);
  if (!is_ordinary(relation, table)) {
    const OwnerSession session = open_session(table.installation);
    const bool exists = read_stable(statement, values) > 0;
    close_session(session);
    return exists;
  }
  for (;;) {
    const std::uint64_t before = catalogue_generation(table.installation);
    const bool exists = row_exists(relation, values.values(), values.count());
    if (catalogue_generation(table.installation) == before) return exists;
    CHECK_FOR_INTERRUPTS();
  }
}

}  // namespace command_center::server
