// Keeps partitions ahead of the clock and retires old ones, keeps the catalogue watched and the names of
// roles right;
// of the other extensions of ours as well.
#include "extension/command_center/control/maintain.hpp"

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/retention.hpp"
#include "extension/command_center/extension.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/role_identities.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/server/caches/watching.hpp"
#include "extension/server/days/maintain_others.hpp"
#include "extension/server/days/making.hpp"
#include "extension/server/days/retiring.hpp"
#include "extension/server/locks/maintenance_lock.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

void report(const Retired& retired) {
  if (retired.emptied + retired.dropped + retired.in_use + retired.failed == 0) return;
  ereport(NOTICE, errmsg("old partitions: %d emptied, %d dropped, %d in use, %d failed", retired.emptied,
                         retired.dropped, retired.in_use, retired.failed));
}

// After ALTER EXTENSION UPDATE a table may wait for setup(). Keeps those that are there and answers how many.
int keep_installed(KeptTables& tables) {
  int count = 0;
  for (const KeptTable& kept : tables) {
    if (is_installed(kInstallation, kept.table.name)) tables[static_cast<std::size_t>(count++)] = kept;
  }
  return count;
}

Datum maintain() {
  return Int32GetDatum(maintain_commands() + maintain_others(kExtension));
}

}  // namespace

int maintain_commands() {
  const OwnerSession session = open_session(kInstallation);
  watch_catalogue(kInstallation);
  settle_role_identities();
  KeptTables tables = kept_tables();
  const int count = keep_installed(tables);
  take_maintenance_lock(kInstallation);
  int made = 0;
  for (int i = 0; i < count; ++i) made += make_days(kInstallation, tables[static_cast<std::size_t>(i)].table);
  Retired retired = {};
  if (may_retire())
    retired = retire_days(kInstallation, tables.data(), count, settings().maintenance_lock_timeout);
  close_session(session);
  report(retired);
  return made;
}
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_maintain);
}

Datum command_center_maintain(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  return command_center::boundary::enter([] { return command_center::extension::maintain(); });
}
