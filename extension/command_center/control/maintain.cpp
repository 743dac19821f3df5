// Keeps partitions ahead of the clock and retires old ones, keeps the catalogue watched and the names of
// roles right; of the other extensions of ours as well.
#include "extension/command_center/control/maintain.hpp"

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/retention.hpp"
#include "extension/command_center/extension.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/role_identities.hpp"
#include "extension/command_center/settings.hpp"
#include "extension/server/days/keeping.hpp"
#include "extension/server/days/maintain_others.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Datum maintain() {
  lock_family();
  return Int32GetDatum(maintain_commands() + maintain_others(kExtension));
}

Datum tidy(FunctionCallInfo fcinfo) {
  PreventCommandIfReadOnly("tidy");
  const std::int32_t most = PG_GETARG_INT32(0);
  if (most < 1) refuse("22023", "max must be 1 or more");
  return Int32GetDatum(tidy_all(most));
}

}  // namespace

int maintain_commands() {
  const KeptTables tables = kept_tables();
  return keep_days(kInstallation, tables.data(), static_cast<int>(tables.size()),
                   settings().maintenance_lock_timeout,
                   {settle_role_identities, may_retire, carry_quiet_offsets});
}

}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_maintain);
PG_FUNCTION_INFO_V1(command_center_tidy);
}

Datum command_center_maintain(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  return command_center::boundary::enter([] { return command_center::extension::maintain(); });
}

Datum command_center_tidy(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::tidy(fcinfo); });
}
