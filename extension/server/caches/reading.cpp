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

bool exists_stable(const Installation& installation, const char* table, const Datum* values, int count) {
  const Oid relation = installed_relation(installation, table);
  for (;;) {
    const std::uint64_t before = catalogue_generation(installation);
    const bool exists = row_exists(relation, values, count);
    if (catalogue_generation(installation) == before) return exists;
    CHECK_FOR_INTERRUPTS();
  }
}

}  // namespace command_center::server
