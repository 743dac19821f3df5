// Creates partitions and attaches them, those that somebody has detached as well.
#include "extension/server/days/making.hpp"

#include <cstdint>
#include <string>

#include "extension/boundary/in_subtransaction.hpp"
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

enum class Found { kAttached, kNotAttached, kNothing };

// A day that somebody has detached is a table like any other.
Found find_partition(const Installation& installation, const DailyTable& table, const char* name) {
  const Oid partition = find_relation(installation, name);
  if (!OidIsValid(partition)) return Found::kNothing;
  if (!get_rel_relispartition(partition)) return Found::kNotAttached;
  const Oid parent = get_partition_parent(partition, true);
  return parent == find_relation(installation, table.name) ? Found::kAttached : Found::kNotAttached;
}

// The clause that puts a table where its parent says that partitions go; empty for the database's default.
const char* tablespace_clause(Oid parent) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(parent));
  if (!HeapTupleIsValid(tuple)) return "";
  const Oid tablespace = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->reltablespace;
  ReleaseSysCache(tuple);
  if (!OidIsValid(tablespace)) return "";
  return psprintf(" TABLESPACE %s", quote_identifier(get_tablespace_name(tablespace)));
}

// Default privileges of the owner would give others a partition, which is behind no row security.
void keep_to_owner(const char* table) {
  Parameters parameters;
  parameters.add_text(table);
  constexpr Oid kTypes[] = {TEXTOID};
  (void)run_text_with(
      "SELECT string_agg(DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC'"
      " ELSE quote_ident(pg_get_userbyid(grantee)) END, ', ') FROM pg_class CROSS JOIN LATERAL "
      "aclexplode(relacl)"
      " WHERE oid = to_regclass($1) AND grantee <> relowner",
      kTypes, parameters);
  const char* others = text_value_or_null(0, 0);
  if (others != nullptr) run_text(psprintf("REVOKE ALL ON %s FROM %s", table, others));
}

// CREATE and then ATTACH: CREATE … PARTITION OF would lock out every writer.
void make_partition(const Installation& installation, const DailyTable& table, std::int64_t day) {
  const char* name = partition_name(table.name, day);
  const char* schema = installation.schema;
  if (find_partition(installation, table, name) == Found::kNothing) {
    run_text(psprintf("CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL)%s", schema, name, schema, table.name,
                      tablespace_clause(installed_relation(installation, table.name))));
    keep_to_owner(psprintf("%s.%s", schema, name));
  }
  run_text(psprintf("ALTER TABLE %s.%s ATTACH PARTITION %s.%s FOR VALUES FROM ('%s') TO ('%s')", schema,
                    table.name, schema, name, bound(table.partitioned_by, day),
                    bound(table.partitioned_by, day + 1)));
}

// The days that a table lacks. Plain data.
struct Days {
  std::int64_t day[kDaysBehind + 1 + kDaysAhead];
  int count;
};

Days missing_days(const Installation& installation, const DailyTable& table) {
  const std::int64_t today = unix_microseconds(GetCurrentTimestamp()) / 1000 / kMillisecondsPerDay;
  Days missing = {};
  for (std::int64_t day = today - kDaysBehind; day <= today + kDaysAhead; ++day) {
    const char* name = partition_name(table.name, day);
    if (find_partition(installation, table, name) != Found::kAttached) missing.day[missing.count++] = day;
  }
  return missing;
}

void warn(const Installation& installation, const DailyTable& table, const Days& failed,
          const ErrorData* error) {
  const char* first = bound(PartitionedBy::kTime, failed.day[0]);
  ereport(WARNING, errcode(error->sqlerrcode),
          errmsg("could not make partitions of \"%s.%s\" for %d days, the first is %.10s: %s",
                 installation.schema, table.name, failed.count, first, error->message),
          error->detail == nullptr ? 0 : errdetail("%s", error->detail),
          errhint("Other days and tables are made all the same. Days that no partition covers are refused: "
                  "doctor() names them."));
}

// What keeps one day from being made, a hand-made partition for instance, keeps no other.
int make_each(const Installation& installation, const DailyTable& table, const Days& missing) {
  Days failed = {};
  const ErrorData* error = nullptr;
  for (int i = 0; i < missing.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const std::int64_t day = missing.day[i];
    const auto outcome = boundary::in_subtransaction(
        [&installation, &table, day] { make_partition(installation, table, day); });
    if (outcome.succeeded()) continue;
    if (error == nullptr) error = outcome.error;
    failed.day[failed.count++] = day;
  }
  if (failed.count > 0) warn(installation, table, failed, error);
  return missing.count - failed.count;
}

// Days are alike whoever calls maintain(), and plain tables: writing and reading go by that.
int pin_storage() {
  const int level = NewGUCNestLevel();
  const auto set = [](const char* name, const char* setting) {
    (void)set_config_option(name, setting, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  };
  set("default_tablespace", "");
  set("default_table_access_method", "heap");
  return level;
}

}  // namespace

// Most often all succeed, and one subtransaction is enough.
int make_days(const Installation& installation, const DailyTable& table) {
  const Days missing = missing_days(installation, table);
  if (missing.count == 0) return 0;
  const int level = pin_storage();
  const auto outcome = boundary::in_subtransaction([&installation, &table, &missing] {
    for (int i = 0; i < missing.count; ++i) make_partition(installation, table, missing.day[i]);
  });
  const int made = outcome.succeeded() ? missing.count : make_each(installation, table, missing);
  AtEOXact_GUC(true, level);
  return made;
}

}  // namespace command_center::server
