// Fixes the generation of the catalogue at the start of a decision; the caches compare theirs with it.
#include "extension/command_center/catalogue/reading.hpp"

#include "extension/command_center/catalogue/generation.hpp"
#include "extension/command_center/primary_key_scan.hpp"
#include "extension/command_center/validation/programs.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

std::uint64_t current = 0;

}  // namespace

void begin_decision() {
  check_engine();
  current = take_catalogue_changes();
}

std::uint64_t decision_generation() noexcept {
  return current;
}

std::uint64_t read_stable(Statement& statement, const Parameters& parameters) {
  for (;;) {
    const std::uint64_t before = catalogue_generation();
    const std::uint64_t rows = run_with_latest_snapshot(statement, parameters);
    if (catalogue_generation() == before) return rows;
    CHECK_FOR_INTERRUPTS();
  }
}

bool exists_stable(const char* table, const Datum* values, int count) {
  const Oid relation = installed_relation(table);
  for (;;) {
    const std::uint64_t before = catalogue_generation();
    const bool exists = row_exists(relation, values, count);
    if (catalogue_generation() == before) return exists;
    CHECK_FOR_INTERRUPTS();
  }
}

}  // namespace command_center::extension
