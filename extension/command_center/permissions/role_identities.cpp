// Moves rows by deleting them and inserting them again, all in one statement, so that roles that have changed
// their names with each other do not meet in the index.
#include "extension/command_center/permissions/role_identities.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// clang-format off
#define RENAMED(table, columns, key)                                                                      \
  "WITH renamed AS (DELETE FROM command_center." table " AS given USING pg_roles AS known"               \
  "  WHERE given.role_identity = " THIS_CLUSTER " || '.' || known.oid AND given.role <> known.rolname"    \
  "  RETURNING known.rolname::text AS new_name, given.*)"                                                       \
  " INSERT INTO command_center." table " (role, role_identity, " columns ")"                            \
  " SELECT new_name, role_identity, " columns " FROM renamed ORDER BY new_name"                             \
  " ON CONFLICT (" key ") DO UPDATE SET role_identity = excluded.role_identity"

#define IDENTIFIED(table)                                                                                 \
  "UPDATE command_center." table " AS given SET role_identity = " THIS_CLUSTER " || '.' || known.oid"    \
  " FROM pg_roles AS known WHERE known.rolname = given.role"                                              \
  " AND split_part(given.role_identity, '.', 1) IS DISTINCT FROM " THIS_CLUSTER                           \
  " AND NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = 'command_center." table "'::regclass)"

struct Settled {
  const char* table;
  Statement rename;
  Statement identify;
};

// In the order of their locks.
Settled tables[] = {
    {"tenant_roles",
     {kInstallation, RENAMED("tenant_roles", "tenant_id, bound_at", "tenant_id, role"), 0, {}},
     {kInstallation, IDENTIFIED("tenant_roles"), 0, {}}},
    {"access_grants",
     {kInstallation, RENAMED("access_grants", "level, granted_at", "role, level"), 0, {}},
     {kInstallation, IDENTIFIED("access_grants"), 0, {}}}};

#define UNSETTLED(table)                                                                                  \
  "EXISTS (SELECT FROM command_center." table " AS given JOIN pg_roles AS known ON known.rolname = given.role" \
  "  WHERE split_part(given.role_identity, '.', 1) IS DISTINCT FROM " THIS_CLUSTER                        \
  "  AND NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = 'command_center." table "'::regclass))"   \
  " OR EXISTS (SELECT FROM command_center." table " AS given"                                             \
  "  JOIN pg_roles AS known ON given.role_identity = " THIS_CLUSTER " || '.' || known.oid"                \
  "  WHERE given.role <> known.rolname)"

// Whether there is anything to do, before anybody is kept out.
Statement select_unsettled = {kInstallation, "SELECT " UNSETTLED("access_grants") " OR " UNSETTLED("tenant_roles"), 0, {}};
// clang-format on

}  // namespace

bool has_role_identities() {
  const Oid table = find_relation(kInstallation, "tenant_roles");
  return OidIsValid(table) && get_attnum(table, "role_identity") != InvalidAttrNumber;
}

void settle_role_identities() {
  if (!has_role_identities()) return;
  (void)run_with_latest_snapshot(select_unsettled, {});
  if (!bool_value(0, 0)) return;
  for (Settled& settled : tables) {
    lock_for_change(kInstallation, settled.table);
    const std::uint64_t renamed = change_with_latest_snapshot(settled.rename, {});
    const std::uint64_t identified = change_with_latest_snapshot(settled.identify, {});
    if (renamed + identified > 0) announce_catalogue_change(kInstallation, settled.table);
  }
}

}  // namespace command_center::extension
