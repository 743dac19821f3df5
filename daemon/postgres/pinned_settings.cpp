// Each was set to something else by somebody's ALTER ROLE once, or could be.
#include "daemon/postgres/pinned_settings.hpp"

#include <array>

namespace command_center::daemon::postgres {
namespace {

struct Setting {
  const char* name;
  const char* value;
  PinScope shortest;  // kSession: means nothing within a transaction
  int since;          // version of the server
};

constexpr int kAnyVersion = 0;
constexpr int kPostgres17 = 170000;

constexpr std::array kSettings{
    // A commit that did not reach its standby tells by a WARNING.
    Setting{"client_min_messages", "notice", PinScope::kTransaction, kAnyVersion},
    // Every statement has a limit of ours.
    Setting{"lock_timeout", "0", PinScope::kTransaction, kAnyVersion},
    Setting{"transaction_timeout", "0", PinScope::kTransaction, kPostgres17},
    Setting{"idle_session_timeout", "0", PinScope::kSession, kAnyVersion},
    // Whoever freezes between two statements must not keep its locks from the next one for longer.
    Setting{"idle_in_transaction_session_timeout", "5s", PinScope::kTransaction, kAnyVersion},
    // Views over many partitions take seconds to compile, which no limit ends.
    Setting{"jit", "off", PinScope::kTransaction, kAnyVersion},
    Setting{"search_path", "pg_catalog, pg_temp", PinScope::kTransaction, kAnyVersion},
    Setting{"row_security", "on", PinScope::kTransaction, kAnyVersion},
    Setting{"standard_conforming_strings", "on", PinScope::kTransaction, kAnyVersion},
    Setting{"DateStyle", "ISO", PinScope::kTransaction, kAnyVersion},
    Setting{"IntervalStyle", "postgres", PinScope::kTransaction, kAnyVersion},
};

}  // namespace

std::string pin_settings(PinScope scope, int server_version) {
  const std::string local = scope == PinScope::kTransaction ? "true" : "false";
  // What is answered must survive a crash; a stronger setting stays.
  std::string sql =
      "SELECT pg_catalog.set_config('synchronous_commit', CASE"
      " WHEN pg_catalog.current_setting('synchronous_commit') OPERATOR(pg_catalog.=) 'remote_apply'"
      " THEN 'remote_apply' ELSE 'on' END, " +
      local + ")";
  for (const Setting& setting : kSettings) {
    if (setting.since > server_version) continue;
    if (setting.shortest == PinScope::kSession && scope == PinScope::kTransaction) continue;
    sql += ", pg_catalog.set_config('" + std::string(setting.name) + "', '" + setting.value + "', " + local +
           ")";
  }
  return sql;
}

}  // namespace command_center::daemon::postgres
