// Keeps partitions ahead of the clock, since a day without one would refuse commands, and retires old ones.
#include <cstdint>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/retention.hpp"
#include "extension/command_center/maintenance_lock.hpp"
#include "extension/command_center/new_uuid.hpp"
#include "extension/command_center/spi.hpp"
#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/core/time/rfc3339.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr int kDaysBehind = 1;
constexpr int kDaysAhead = 30;
constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

// In the order in which they are retired: what the outbox still holds keeps the others, dispatches keep their
// events.
constexpr PartitionedTable kTables[] = {
    {"transactional_outbox", PartitionedBy::kUuidV7, Retention::kOutbox},
    {"publication_batches", PartitionedBy::kTime, Retention::kBatches},
    {"publisher_leases", PartitionedBy::kTime, Retention::kLeases},
    {"command_dispatches", PartitionedBy::kUuidV7, Retention::kDispatches},
    {"idempotency_keys", PartitionedBy::kTime, Retention::kIdempotency},
    {"dispatch_events", PartitionedBy::kUuidV7, Retention::kEvents},
    {"dispatch_deadlines", PartitionedBy::kUuidV7, Retention::kDispatches},
    {"control_audit", PartitionedBy::kUuidV7, Retention::kKeep}};

// A fixed key of our own: two calls at once would create the same partition twice.

// The literal at which a day begins, in the type of the partition key. `day` counts from 1970-01-01 in UTC.
const char* bound(PartitionedBy partitioned_by, std::int64_t day) {
  char buffer[64];
  const auto copy = [&](const std::string& text) { strlcpy(buffer, text.c_str(), sizeof(buffer)); };
  if (partitioned_by == PartitionedBy::kUuidV7) {
    copy(to_text(identifiers::lower_bound_at(day * kMillisecondsPerDay)));
  } else {
    copy(time::to_rfc3339(day * kMillisecondsPerDay * 1000));
  }
  return pstrdup(buffer);
}

const char* partition_name(const char* table, std::int64_t day) {
  const char* date = bound(PartitionedBy::kTime, day);  // YYYY-MM-DD…
  return psprintf("%s_%.4s%.2s%.2s", table, date, date + 5, date + 8);
}

// CREATE and then ATTACH: CREATE … PARTITION OF would lock out every writer.
bool make_partition(const PartitionedTable& table, std::int64_t day) {
  const char* name = partition_name(table.name, day);
  if (is_installed(name)) return false;
  run_text(
      psprintf("CREATE TABLE command_center.%s (LIKE command_center.%s INCLUDING ALL)", name, table.name));
  run_text(psprintf(
      "ALTER TABLE command_center.%s ATTACH PARTITION command_center.%s FOR VALUES FROM ('%s') TO ('%s')",
      table.name, name, bound(table.partitioned_by, day), bound(table.partitioned_by, day + 1)));
  return true;
}

void report(const Retired& retired) {
  if (retired.emptied + retired.dropped + retired.in_use + retired.failed == 0) return;
  ereport(NOTICE, errmsg("old partitions: %d emptied, %d dropped, %d in use, %d failed", retired.emptied,
                         retired.dropped, retired.in_use, retired.failed));
}

// After ALTER EXTENSION UPDATE a table may wait for setup(). Answers how many there are.
int installed_tables(PartitionedTable* installed) {
  int count = 0;
  for (const PartitionedTable& table : kTables) {
    if (is_installed(table.name)) installed[count++] = table;
  }
  return count;
}

Datum maintain() {
  const OwnerSession session = open_session();
  PartitionedTable tables[lengthof(kTables)];
  const int count = installed_tables(tables);
  take_maintenance_lock();
  const std::int64_t today = unix_microseconds(GetCurrentTimestamp()) / 1000 / kMillisecondsPerDay;
  int made = 0;
  for (int i = 0; i < count; ++i) {
    for (std::int64_t day = today - kDaysBehind; day <= today + kDaysAhead; ++day)
      made += make_partition(tables[i], day) ? 1 : 0;
  }
  const Retired retired = retire_partitions(tables, count);
  close_session(session);
  report(retired);
  return Int32GetDatum(made);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_maintain);
}

Datum command_center_maintain(PG_FUNCTION_ARGS) {
  (void)fcinfo;
  return command_center::boundary::enter([] { return command_center::extension::maintain(); });
}
