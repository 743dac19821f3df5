// Keeps, for each role and tenant that this session has met, whether they belong together, and for each
// tenant which modules it has.
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/tables.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/cache.hpp"
#include "extension/server/installation.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kRoleEntries = 1024;
constexpr std::size_t kTenantEntries = 16'384;

struct Entries {
  CatalogueCache<bool> roles{kInstallation};    // role: acts for every tenant
  CatalogueCache<bool> tenants{kInstallation};  // role and tenant: bound
  CatalogueCache<bool> modules{kInstallation};  // tenant and module: enabled
};

Entries& entries() {
  static Entries* made = nullptr;
  if (made == nullptr) made = &boundary::make_in_context<Entries>(TopMemoryContext);
  return *made;
}

Statement select_every_tenant = {kInstallation, "SELECT EXISTS (SELECT FROM command_center.tenant_roles AS bound"
    "  WHERE bound.tenant_id IS NULL AND " IS_HELD("bound", "$1") ")"
    " OR EXISTS (SELECT FROM command_center.access_grants AS granted"
    "  WHERE granted.level IN ('operator', 'admin') AND " IS_HELD("granted", "$1") ")",
    1,
    {OIDOID}};

Statement select_bound = {kInstallation,
                          "SELECT EXISTS (SELECT FROM command_center.tenant_roles AS bound"
                          " WHERE bound.tenant_id = $2 AND " IS_HELD("bound", "$1") ")",
                          2,
                          {OIDOID, UUIDOID}};

// The answer of a query for one boolean.
bool ask(Statement& statement, const Parameters& parameters) {
  const OwnerSession session = open_session(kInstallation);
  (void)read_stable(statement, parameters);
  const bool answer = bool_value(0, 0);
  close_session(session);
  return answer;
}

// --- may the caller act for the tenant ---

// The parts have fixed sizes, so no key can be mistaken for another.
struct TenantKey {
  char bytes[sizeof(Oid) + 16];

  TenantKey(Oid role, const identifiers::Uuid& tenant_id) {
    std::memcpy(bytes, &role, sizeof(role));
    std::memcpy(bytes + sizeof(role), tenant_id.bytes.data(), tenant_id.bytes.size());
  }
  [[nodiscard]] std::string_view role() const { return {bytes, sizeof(Oid)}; }
  [[nodiscard]] std::string_view role_and_tenant() const { return {bytes, sizeof(bytes)}; }
};

Statement select_made = {kInstallation,
                         "SELECT EXISTS (SELECT FROM command_center.setup_steps"
                         " WHERE name IN ('tenant_roles', 'access_grants'))",
                         0,
                         {}};

// Until setup() has made the tables of 0.2.0, the right to call a function is the right to call it for every
// tenant. One that somebody dropped since gives nobody anything.
bool has_bindings() {
  if (is_installed(kInstallation, "tenant_roles") && is_installed(kInstallation, "access_grants"))
    return true;
  if (ask(select_made, Parameters{}))
    refuse("KC015", "a table that says who acts for which tenant is gone", nullptr,
           "Restore command_center.tenant_roles and command_center.access_grants from a backup.");
  return false;
}

bool is_bound_to_every_tenant(Oid role, const TenantKey& key) {
  if (const bool* known = entries().roles.find(key.role()); known != nullptr) return *known;
  if (!has_bindings()) return true;  // not kept
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(role));
  return *entries().roles.put(key.role(), ask(select_every_tenant, parameters), kRoleEntries);
}

bool is_bound(Oid role, const identifiers::Uuid& tenant_id, const TenantKey& key) {
  if (const bool* known = entries().tenants.find(key.role_and_tenant()); known != nullptr) return *known;
  Parameters parameters;
  parameters.add(ObjectIdGetDatum(role));
  parameters.add(uuid_datum(tenant_id));
  return *entries().tenants.put(key.role_and_tenant(), ask(select_bound, parameters), kTenantEntries);
}

// Who owns the tables could write whatever the functions write.
bool owns_the_tables(Oid role) {
  const Identity before = become_owner(kInstallation);
  const Oid owner = GetUserId();
  resume_identity(before);
  return has_privs_of_role(role, owner);
}

bool may_act_for_every_tenant(Oid role, const TenantKey& key) {
  return superuser_arg(role) || is_bound_to_every_tenant(role, key);
}

bool may_act_for(Oid role, const identifiers::Uuid& tenant_id) {
  const TenantKey key(role, tenant_id);
  return may_act_for_every_tenant(role, key) || is_bound(role, tenant_id, key) || owns_the_tables(role);
}

// C++ regime. The tenant is not named: what a caller sends is not always its own.
[[noreturn]] void refuse_role(const char* role, const char* quoted_role, const char* what,
                              const char* argument) {
  throw Error(sqlstate::kNotAllowed, "role \"" + std::string(role) + "\" may not act for " + what, {},
              "Bind it with command_center.bind_role(" + std::string(quoted_role) + ", " + argument +
                  "), as an admin.");
}

[[noreturn]] void refuse_role(Oid role, const char* what, const char* argument) {
  const char* name = GetUserNameFromId(role, false);
  refuse_role(name, quote_literal_cstr(name), what, argument);
}

// --- has the tenant the modules ---

Statement select_module = {kInstallation,
                           "SELECT FROM command_center.tenant_modules WHERE tenant_id = $1 AND module = $2",
                           2,
                           {UUIDOID, TEXTOID}};

bool has_module(const identifiers::Uuid& tenant_id, std::string_view module) {
  const std::size_t size = tenant_id.bytes.size() + module.size();
  auto* bytes = static_cast<char*>(palloc(size));
  std::memcpy(bytes, tenant_id.bytes.data(), tenant_id.bytes.size());
  std::memcpy(bytes + tenant_id.bytes.size(), module.data(), module.size());
  const std::string_view key = {bytes, size};
  if (const bool* known = entries().modules.find(key); known != nullptr) return *known;
  // A call for one tenant among many that a session has not met yet pays for this look: it is an index scan
  // of our own.
  Parameters row;
  row.add(uuid_datum(tenant_id));
  row.add_text(module);
  return *entries().modules.put(key, exists_stable(kTenantModules, select_module, row), kTenantEntries);
}

// Plain data.
struct Names {
  std::string_view* names;
  std::size_t count;
};

// Which of the required modules the tenant lacks.
Names missing_modules(const Template& definition, const identifiers::Uuid& tenant_id) {
  const std::size_t required = definition.required_modules.size();
  Names missing = {static_cast<std::string_view*>(palloc(sizeof(std::string_view) * required)), 0};
  for (const std::string& module : definition.required_modules) {
    if (!has_module(tenant_id, module)) missing.names[missing.count++] = module;
  }
  return missing;
}

std::string quoted(std::string_view name) {
  return '"' + std::string(name) + '"';
}

// {"member": ["a", "b"]}
template <class Iterator>
std::string as_json(std::string_view member, Iterator begin, Iterator end) {
  std::string json;
  json::TextWriter writer(json);
  writer.begin_object();
  writer.key(member);
  writer.begin_array();
  for (; begin != end; ++begin) writer.text(*begin);
  writer.end_array();
  writer.end_object();
  return json;
}

// C++ regime.
[[noreturn]] void refuse_modules(std::string_view command_name, const Names& missing) {
  const std::string first = quoted(missing.names[0]);
  const std::string modules =
      missing.count == 1 ? "module " + first
                         : "modules " + first + " and " + std::to_string(missing.count - 1) + " more";
  throw Error(
      sqlstate::kNotAllowed,
      "command " + quoted(command_name) + " requires the " + modules + ", which the tenant does not have",
      as_json("missingModules", missing.names, missing.names + missing.count),
      "Give it each with command_center.enable_module(tenant_id, module).");
}

void check_modules(const Template& definition, const Request& request) {
  const Names missing = missing_modules(definition, request.tenant_id);
  if (missing.count > 0) refuse_modules(request.command_name, missing);
}

// --- is the initiator's role among those required ---

// C++ regime.
void check_role(const Template& definition, const Request& request) {
  const std::vector<std::string>& roles = definition.required_roles;
  if (std::find(roles.begin(), roles.end(), request.role) != roles.end()) return;
  throw Error(sqlstate::kNotAllowed,
              "command " + quoted(request.command_name) + " requires " +
                  (request.role.empty() ? "a role of its initiator" : "another role of its initiator"),
              as_json("requiredRoles", roles.begin(), roles.end()),
              "initiator.role must be one of those that command_center.register_command() was given.");
}

}  // namespace

void check_caller(const identifiers::Uuid& tenant_id) {
  const Oid role = GetUserId();
  if (!may_act_for(role, tenant_id)) refuse_role(role, "this tenant", "tenant_id");
}

void check_requirements(const Template& definition, const Request& request) {
  if (!definition.required_modules.empty()) check_modules(definition, request);
  if (!definition.required_roles.empty()) check_role(definition, request);
}

void check_tenant(const identifiers::Uuid& tenant_id) {
  begin_decision();
  check_caller(tenant_id);
}

bool caller_acts_for_every_tenant() {
  const Oid role = GetUserId();
  return may_act_for_every_tenant(role, TenantKey(role, identifiers::Uuid{})) || owns_the_tables(role);
}

bool acts_for_every_tenant() {
  begin_decision();
  return caller_acts_for_every_tenant();
}

void check_every_tenant() {
  if (!acts_for_every_tenant()) refuse_role(GetUserId(), "every tenant", "NULL");
}

void check_scope(FunctionCallInfo fcinfo, int tenant_id) {
  if (PG_ARGISNULL(tenant_id)) {
    check_every_tenant();
  } else {
    check_tenant(uuid_argument(fcinfo, tenant_id));
  }
}

void check_role_exists(std::string_view name) {
  const char* role = zero_terminated(name);
  if (OidIsValid(get_role_oid(role, true))) return;
  refuse("KC002", psprintf("role \"%s\" does not exist", role), nullptr, "Create it with CREATE ROLE.");
}

}  // namespace command_center::extension
