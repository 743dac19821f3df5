// Creates partitions and attaches them.
#include "extension/server/days/making.hpp"

#include <cstdint>
#include <string>

#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/core/time/rfc3339.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::server {
namespace {

constexpr int kDaysBehind = 1;
constexpr int kDaysAhead = 30;
constexpr std::int64_t kMillisecondsPerDay = 86'400'000;

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
bool make_partition(const Installation& installation, const DailyTable& table, std::int64_t day) {
  const char* name = partition_name(table.name, day);
  if (is_installed(installation, name)) return false;
  const char* schema = installation.schema;
  run_text(psprintf("CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL)", schema, name, schema, table.name));
  run_text(psprintf("ALTER TABLE %s.%s ATTACH PARTITION %s.%s FOR VALUES FROM ('%s') TO ('%s')", schema,
                    table.name, schema, name, bound(table.partitioned_by, day),
                    bound(table.partitioned_by, day + 1)));
  return true;
}

}  // namespace

int make_days(const Installation& installation, const DailyTable& table) {
  const std::int64_t today = unix_microseconds(GetCurrentTimestamp()) / 1000 / kMillisecondsPerDay;
  int made = 0;
  for (std::int64_t day = today - kDaysBehind; day <= today + kDaysAhead; ++day)
    made += make_partition(installation, table, day) ? 1 : 0;
  return made;
}

}  // namespace command_center::server
