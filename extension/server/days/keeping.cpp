// Calls what makes and retires days, in that order, under the maintenance lock.
#include "extension/server/days/keeping.hpp"

#include "extension/server/caches/watching.hpp"
#include "extension/server/days/making.hpp"
#include "extension/server/locks/maintenance_lock.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

// After ALTER EXTENSION UPDATE a table may wait for setup(). Answers how many there are.
int copy_installed(const Installation& installation, const KeptTable* tables, int count,
                   KeptTable* installed) {
  int copied = 0;
  for (int i = 0; i < count; ++i) {
    if (is_installed(installation, tables[i].table.name)) installed[copied++] = tables[i];
  }
  return copied;
}

void report(const Installation& installation, const Retired& retired) {
  if (retired.emptied + retired.dropped + retired.in_use + retired.failed == 0) return;
  ereport(NOTICE,
          errmsg("old partitions of \"%s\": %d emptied, %d dropped, %d in use, %d failed",
                 installation.schema, retired.emptied, retired.dropped, retired.in_use, retired.failed));
}

}  // namespace

int keep_days(const Installation& installation, const KeptTable* tables, int count, int lock_timeout,
              const Keeping& keeping) {
  const OwnerSession session = open_session(installation);
  take_maintenance_lock(installation);
  // The catalogue first: nobody shall wait for it who keeps others from the days.
  watch_catalogue(installation);
  if (keeping.settle != nullptr) keeping.settle();
  auto* installed = static_cast<KeptTable*>(palloc(sizeof(KeptTable) * static_cast<std::size_t>(count)));
  count = copy_installed(installation, tables, count, installed);
  int made = 0;
  for (int i = 0; i < count; ++i) made += make_days(installation, installed[i].table);
  Retired retired = {};
  if (keeping.may_retire == nullptr || keeping.may_retire()) {
    if (keeping.carry != nullptr) keeping.carry();
    retired = retire_days(installation, installed, count, lock_timeout);
  }
  close_session(session);
  report(installation, retired);
  return made;
}

}  // namespace command_center::server
