// Rights are asked by doing: a command that nobody has is executed, in a transaction that may not write, and
// the refusal tells how far it came.
#include "api/check/databases.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/database/session.hpp"
#include "api/database/tenants.hpp"
#include "api/identity/kept_fresh.hpp"
#include "daemon/failure.hpp"
#include "extension/core/json/text_writer.hpp"

namespace command_center::api::check {
namespace {

using database::End;
using database::Parameter;
using database::Ran;
using database::Session;
using database::Tenants;
using database::Transaction;
using program::Report;

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kMostNamed = 5;
constexpr std::size_t kMostTogether = 500;
constexpr const char* kAnyTenant = "00000000-0000-7000-8000-000000000000";
constexpr const char* kNobodysCommand = "command-center-api.check";

constexpr const char* kServer =
    "SELECT pg_catalog.concat_ws(' ', 'PostgreSQL', pg_catalog.current_setting('server_version'), 'as',"
    " current_user, 'in', pg_catalog.current_database()), (SELECT extversion FROM pg_catalog.pg_extension"
    " WHERE extname OPERATOR(pg_catalog.=) 'command_center')";
constexpr const char* kExecute =
    "SELECT sqlstate, message, hint FROM command_center.execute_commands($1::pg_catalog.jsonb)"
    " ORDER BY ordinal";
constexpr const char* kControl =
    "SELECT (SELECT pg_catalog.count(*) FROM command_center.list_commands())::text,"
    " pg_catalog.bool_and(pg_catalog.has_function_privilege(oid, 'EXECUTE'))::text FROM pg_catalog.pg_proc"
    " WHERE proname OPERATOR(pg_catalog.=) 'set_feature' AND pronamespace OPERATOR(pg_catalog.=)"
    " 'command_center'::pg_catalog.regnamespace";

[[noreturn]] void fail(std::string message, std::string detail = {}, std::string hint = {}) {
  throw Failure(FailureKind::kPostgres, kConnectionFailure, std::move(message), std::move(detail),
                std::move(hint));
}

Ran run(Session& session, const char* sql, std::vector<Parameter> parameters, const std::string& role) {
  Transaction transaction;
  transaction.sql = sql;
  transaction.parameters = std::move(parameters);
  if (!role.empty()) transaction.role = role;
  transaction.effect = database::Effect::kReads;
  transaction.lock_limit = kPatience;
  transaction.limit = kPatience;
  Ran ran = session.run(transaction);
  if (ran.end == End::kLost) fail("the connection broke");
  if (ran.end == End::kRefused) fail(ran.refusal.message, {}, ran.refusal.hint);
  return ran;
}

// "0.4.0" as numbers that can be compared; what is behind them does not count.
std::vector<int> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  while (!version.empty()) {
    int number = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (!version.empty()) version.remove_prefix(1);
  }
  return numbers;
}

std::string find_extension(std::string_view version) {
  if (version.empty())
    fail("the extension command_center is not there", {},
         "CREATE EXTENSION command_center; SELECT command_center.setup();");
  if (numbers_of(version) < numbers_of(COMMAND_CENTER_VERSION))
    fail("the extension is older than the API: " + std::string(version), {},
         "ALTER EXTENSION command_center UPDATE; SELECT command_center.setup();");
  return std::string(version);
}

std::string commands_of(const std::vector<std::string>& tenants) {
  std::string json;
  json::TextWriter writer(json);
  writer.begin_array();
  for (const std::string& tenant : tenants) {
    writer.begin_object();
    writer.member("commandName", kNobodysCommand);
    writer.key("payload");
    writer.raw("{}");
    writer.member("tenantId", tenant);
    writer.end_object();
  }
  writer.end_array();
  return json;
}

// Of these tenants those that the role may not act for. Throws when it can execute nothing at all.
std::vector<std::string> tenants_refused(Session& session, const std::string& role,
                                         const std::vector<std::string>& tenants) {
  std::vector<std::string> refused;
  for (std::size_t begin = 0; begin < tenants.size(); begin += kMostTogether) {
    const auto first = tenants.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<std::string> some(
        first, first + static_cast<std::ptrdiff_t>(std::min(kMostTogether, tenants.size() - begin)));
    const Ran ran = run(session, kExecute, {commands_of(some)}, role);
    for (int row = 0; row < ran.rows.rows(); ++row) {
      const std::string_view code = ran.rows.text(row, 0);
      if (code == "KC002") continue;  // it came as far as to look for the command
      if (code != "KC003") fail(std::string(ran.rows.text(row, 1)), {}, std::string(ran.rows.text(row, 2)));
      refused.push_back(some[static_cast<std::size_t>(row)]);
    }
  }
  return refused;
}

std::string check_tenants(Session& session, const std::string& role,
                          const std::vector<std::string>& tenants) {
  const std::vector<std::string> refused = tenants_refused(session, role, tenants);
  if (refused.empty()) return "may act for " + std::to_string(tenants.size()) + " tenants";
  std::string named;
  for (std::size_t each = 0; each < std::min(refused.size(), kMostNamed); ++each)
    named += (each == 0 ? "" : ", ") + refused[each];
  if (refused.size() > kMostNamed) named += ", …";
  fail("may not act for " + std::to_string(refused.size()) + " of " + std::to_string(tenants.size()) +
           " tenants: " + named,
       {}, "Bind it with command_center.bind_role(), as an admin.");
}

std::string check_login(Session& session, const std::vector<std::string>& tenants) {
  if (!tenants.empty()) return check_tenants(session, {}, tenants);
  const bool serves_all = tenants_refused(session, {}, {kAnyTenant}).empty();
  return serves_all ? "may act for every tenant" : "may act for the tenants that it is bound to";
}

std::string check_operator(Session& session, const std::string& role) {
  const Ran ran = run(session, kControl, {}, role);
  if (ran.rows.rows() != 1 || ran.rows.text(0, 1) != "true")
    fail("may not change the catalogue", {},
         "Give it a level with command_center.grant_access(), as an admin.");
  return "may look at the catalogue and change it";
}

// One database, and what is known of whom it serves.
struct Place {
  std::string title;  // for people
  std::string conninfo;
  std::vector<std::string> tenants;                       // that commands are executed for
  std::map<std::string, std::vector<std::string>> roles;  // their tenants, by role
};

std::vector<Place> places_of(const settings::Settings& settings, const std::optional<Tenants>& tenants) {
  if (settings.database.databases.empty()) {
    Place place{"postgres", settings.common.postgres.conninfo, {}, {}};
    for (const auto& [tenant, role] : settings.routes.tenant_roles) {
      place.tenants.push_back(tenant);
      place.roles[role].push_back(tenant);
    }
    return {place};
  }
  std::vector<Place> places;
  for (const auto& [name, conninfo] : settings.database.databases) {
    Place place{"database \"" + name + "\"", conninfo, {}, {}};
    if (tenants) place.tenants = tenants->tenants_of(name);
    for (const auto& [tenant, role] : settings.routes.tenant_roles) {
      const std::string* where = tenants ? tenants->find(tenant) : &name;
      if (where != nullptr && *where == name) place.roles[role].push_back(tenant);
    }
    places.push_back(std::move(place));
  }
  return places;
}

std::string about(const std::string& at, const char* what, const std::string& role) {
  return at + ", " + what + " \"" + role + "\"";
}

std::optional<Tenants> check_tenants_file(Report& report, const database::Settings& settings) {
  std::optional<Tenants> tenants;
  if (settings.tenants_file.empty()) return tenants;
  report.look("tenants file", [&] {
    std::vector<std::string> names;
    for (const auto& [name, conninfo] : settings.databases) names.push_back(name);
    tenants.emplace(identity::read_file(settings.tenants_file, database::kMostTenantsBytes), names);
    return std::to_string(tenants->size()) + " tenants";
  });
  return tenants;
}

}  // namespace

void check_databases(Report& report, const settings::Settings& settings, runtime::Waiter& waiter) {
  const std::optional<Tenants> tenants = check_tenants_file(report, settings.database);
  for (const Place& place : places_of(settings, tenants)) {
    const std::string& at = place.title;
    std::optional<Session> session;
    std::string version;
    const bool is_there = report.look(at, [&] {
      session.emplace(place.conninfo, waiter);
      const Ran ran = run(*session, kServer, {}, {});
      version = ran.rows.text(0, 1);
      return std::string(ran.rows.text(0, 0));
    });
    if (!is_there || !report.look(at + ", extension", [&] { return find_extension(version); })) continue;
    const bool is_on = settings.database.batching == database::Batching::kOn;
    report.look(at + ", login role",
                [&] { return check_login(*session, is_on ? place.tenants : std::vector<std::string>()); });
    for (const auto& [role, whose] : place.roles)
      report.look(about(at, "role", role),
                  [&, &bound = whose, &as = role] { return check_tenants(*session, as, bound); });
    const std::string& operators = settings.routes.operator_role;
    if (!operators.empty())
      report.look(about(at, "operator role", operators), [&] { return check_operator(*session, operators); });
  }
}

}  // namespace command_center::api::check
