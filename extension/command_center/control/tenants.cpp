// Says which modules a tenant has and which database roles may act for it.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/permissions/role_identities.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kMaxModule = 200;

Statement insert_module = {
    kInstallation,
    "INSERT INTO command_center.tenant_modules AS given (tenant_id, module) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING RETURNING to_jsonb(given)",
    2,
    {UUIDOID, TEXTOID}};

Statement delete_module = {
    kInstallation,
    "DELETE FROM command_center.tenant_modules AS given WHERE tenant_id = $1 AND module = $2"
    " RETURNING to_jsonb(given)",
    2,
    {UUIDOID, TEXTOID}};

// Until setup() has added role_identity, roles are known by name alone.
Statement insert_binding_by_name = {
    kInstallation,
    "INSERT INTO command_center.tenant_roles AS bound (role, tenant_id) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING RETURNING to_jsonb(bound) - 'role_identity'",
    2,
    {TEXTOID, UUIDOID}};

// A row of a role of this name that was dropped since is that of another role.
Statement insert_binding = {
    kInstallation,
    "INSERT INTO command_center.tenant_roles AS bound (role, tenant_id, role_identity)"
    " SELECT $1, $2, " THIS_CLUSTER
    " || '.' || known.oid FROM pg_roles AS known WHERE known.rolname = $1"
    " ON CONFLICT (tenant_id, role) DO UPDATE SET role_identity = excluded.role_identity, bound_at = now()"
    " WHERE bound.role_identity IS DISTINCT FROM excluded.role_identity RETURNING to_jsonb(bound) - "
    "'role_identity'",
    2,
    {TEXTOID, UUIDOID}};

Statement delete_binding = {
    kInstallation,
    "DELETE FROM command_center.tenant_roles AS bound WHERE role = $1 AND tenant_id IS NOT DISTINCT FROM $2"
    " RETURNING to_jsonb(bound) - 'role_identity'",
    2,
    {TEXTOID, UUIDOID}};

Statement select_requiring = {
    kInstallation,
    "SELECT FROM command_center.command_templates WHERE $1 = ANY (required_modules) LIMIT 1",
    1,
    {TEXTOID}};

// A module is known by the commands that require it, and they may come later.
void tell_of_unknown_module(FunctionCallInfo fcinfo) {
  Parameters module;
  module.add(PG_GETARG_DATUM(1));
  if (run_with_latest_snapshot(select_requiring, module) > 0) return;
  ereport(NOTICE, (errmsg("no command requires module \"%s\"", text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}

enum class Change { kGive, kTake };

// What a function does: the row it adds or deletes is the whole difference.
struct Action {
  const char* name;
  Statement* statement;
  const char* table;
  Change change;
};

// Whether there was something to do.
bool carry_out(const Action& action, const Parameters& parameters, const char* object) {
  if (run(*action.statement, parameters) == 0) return false;
  const Datum row = value(0, 0, JSONBOID);
  announce_catalogue_change(kInstallation, action.table);
  if (action.change == Change::kGive) {
    audit(action.name, object, Datum{0}, row);
  } else {
    audit(action.name, object, row, Datum{0});
  }
  return true;
}

const char* tenant_text(FunctionCallInfo fcinfo, int argument) {
  if (PG_ARGISNULL(argument)) return "every tenant";
  return psprintf("tenant %s", DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(argument))));
}

Datum change_module(FunctionCallInfo fcinfo, const Action& action) {
  require_argument(fcinfo, 0, "tenant_id");
  require_argument(fcinfo, 1, "module");
  check_name(text_argument(fcinfo, 1), kMaxModule, "module");
  check_tenant(uuid_argument(fcinfo, 0));
  const char* object =
      psprintf("%s, module %s", tenant_text(fcinfo, 0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
  const OwnerSession session = open_session(kInstallation);
  Parameters parameters;
  parameters.add(PG_GETARG_DATUM(0));
  parameters.add(PG_GETARG_DATUM(1));
  const bool changed = carry_out(action, parameters, object);
  if (changed && action.change == Change::kGive) tell_of_unknown_module(fcinfo);
  close_session(session);
  return BoolGetDatum(changed);
}

constexpr Action kBindRoleByName = {"bind_role", &insert_binding_by_name, "tenant_roles", Change::kGive};

Datum change_binding(FunctionCallInfo fcinfo, const Action& action) {
  require_argument(fcinfo, 0, "role");
  check_scope(fcinfo, 1);
  const char* object = psprintf("role %s, %s", text_to_cstring(PG_GETARG_TEXT_PP(0)), tenant_text(fcinfo, 1));
  const OwnerSession session = open_session(kInstallation);
  settle_role_identities();
  // A binding outlives its role: it can always be taken back.
  if (action.change == Change::kGive) check_role_exists(text_argument(fcinfo, 0));
  Parameters parameters;
  parameters.add_argument(fcinfo, 0);
  parameters.add_argument(fcinfo, 1);
  const bool by_name = action.change == Change::kGive && !has_role_identities();
  const bool changed = carry_out(by_name ? kBindRoleByName : action, parameters, object);
  close_session(session);
  return BoolGetDatum(changed);
}

constexpr Action kEnableModule = {"enable_module", &insert_module, "tenant_modules", Change::kGive};
constexpr Action kDisableModule = {"disable_module", &delete_module, "tenant_modules", Change::kTake};
constexpr Action kBindRole = {"bind_role", &insert_binding, "tenant_roles", Change::kGive};
constexpr Action kUnbindRole = {"unbind_role", &delete_binding, "tenant_roles", Change::kTake};

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_enable_module);
PG_FUNCTION_INFO_V1(command_center_disable_module);
PG_FUNCTION_INFO_V1(command_center_bind_role);
PG_FUNCTION_INFO_V1(command_center_unbind_role);
}

Datum command_center_enable_module(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return change_module(fcinfo, kEnableModule); });
}

Datum command_center_disable_module(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return change_module(fcinfo, kDisableModule); });
}

Datum command_center_bind_role(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return change_binding(fcinfo, kBindRole); });
}

Datum command_center_unbind_role(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;
  return command_center::boundary::enter([fcinfo] { return change_binding(fcinfo, kUnbindRole); });
}
