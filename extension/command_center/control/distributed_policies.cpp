// Swaps each policy of ours for its written counterpart: the one of a local table asks a sub-select, once for
// a query; that of a distributed table compares with an array, since a cluster takes no sub-select, and who
// sees every tenant is a member of a role with a policy of its own.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/watching.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// clang-format off
// Only what is exactly of a known form is swapped: a condition that somebody added must not get lost. Tables
// of the same owner, in schemas that a setup() of ours filled.
#define POLICED                                                                                                                    \
  "WITH owned AS ("                                                                                                                \
  " SELECT relation.oid, relation.oid::regclass::text AS name, left(relation.relname, 46) || '_for_every_tenant' AS shared"        \
  " FROM pg_class AS relation JOIN pg_class AS steps ON steps.relnamespace = relation.relnamespace AND steps.relname = 'setup_steps'" \
  " WHERE relation.relkind IN ('r', 'p')"                                                                                          \
  " AND relation.relowner = (SELECT relowner FROM pg_class WHERE oid = 'command_center.command_dispatches'::regclass)"              \
  "), policed AS ("                                                                                                                \
  " SELECT owned.*, policy.polname, form.local, form.distributed, form.shared AS shared_rows, every.polname IS NOT NULL AS is_shared, every.polroles AS shared_with," \
  "  pg_get_expr(policy.polqual, policy.polrelid) = form.distributed AS is_distributed"                                            \
  " FROM owned JOIN pg_policy AS policy ON policy.polrelid = owned.oid"                                                             \
  " JOIN command_center.policy_forms() AS form ON pg_get_expr(policy.polqual, policy.polrelid) IN (form.local, form.distributed)"   \
  " LEFT JOIN pg_policy AS every ON every.polrelid = owned.oid AND every.polname = owned.shared"                                    \
  " WHERE policy.polpermissive AND policy.polcmd = 'r' AND policy.polroles = '{0}' AND policy.polwithcheck IS NULL)"

#define NEEDED                                                                                                  \
  " SELECT count(DISTINCT needed.name)::bigint,"                                                                \
  " ARRAY(SELECT listed.text FROM needed AS listed ORDER BY listed.name COLLATE \"C\", listed.place) FROM needed"

Statement select_to_distribute = {
    kInstallation,
    POLICED ", needed (name, place, text) AS ("
    " SELECT name, 1, format('ALTER POLICY %I ON %s USING (%s)', polname, name, distributed) FROM policed WHERE NOT is_distributed"
    " UNION ALL"
    " SELECT name, 2, format('CREATE POLICY %I ON %s FOR SELECT TO %I USING (%s)', shared, name, $1, shared_rows) FROM policed WHERE NOT is_shared"
    " UNION ALL"
    " SELECT name, 2, format('ALTER POLICY %I ON %s TO %I', shared, name, $1)"
    " FROM policed JOIN pg_roles AS known ON known.rolname = $1 WHERE is_shared AND shared_with <> ARRAY[known.oid]"
    " UNION ALL"
    " SELECT name, 3, format('DROP TRIGGER %I ON %s', tgname, name) FROM owned JOIN pg_trigger ON tgrelid = owned.oid"
    " WHERE tgname IN ('catalogue_changed', 'catalogue_changed_by_apply'))" NEEDED,
    1,
    {TEXTOID}};

Statement select_to_localise = {
    kInstallation,
    POLICED ", needed (name, place, text) AS ("
    " SELECT name, 1, format('ALTER POLICY %I ON %s USING (%s)', polname, name, local) FROM policed WHERE is_distributed"
    " UNION ALL"
    " SELECT name, 2, format('DROP POLICY %I ON %s', shared, name) FROM policed WHERE is_shared)" NEEDED,
    0,
    {}};

// What the audit shows: the role whose members see every tenant, null where tables are local.
Statement select_state = {
    kInstallation,
    "SELECT jsonb_build_object('everyTenantRole', (SELECT min(shared.rolname) FROM pg_policy JOIN pg_roles AS shared ON polroles = ARRAY[shared.oid]"
    " WHERE polrelid = 'command_center.command_dispatches'::regclass AND polname = 'command_dispatches_for_every_tenant'))",
    0,
    {}};

// Policies of our tables that a cluster would refuse all the same.
Statement select_unknown = {
    kInstallation,
    POLICED
    " SELECT string_agg(format('%s on %s', policy.polname, owned.name), ', ' ORDER BY owned.name, policy.polname)"
    " FROM owned JOIN pg_policy AS policy ON policy.polrelid = owned.oid"
    " WHERE (policy.polqual::text LIKE '%{SUBLINK%' OR policy.polwithcheck::text LIKE '%{SUBLINK%')"
    " AND NOT EXISTS (SELECT FROM policed WHERE policed.oid = owned.oid AND policed.polname = policy.polname)",
    0,
    {}};

// Who sees every tenant where tables are local, and would not where they are distributed.
Statement select_outsiders = {
    kInstallation,
    "SELECT string_agg(quote_ident(outsider.role), ', ' ORDER BY outsider.role) FROM ("
    " SELECT granted.role, granted.role_identity FROM command_center.access_grants AS granted WHERE granted.level IN ('operator', 'admin')"
    " UNION SELECT bound.role, bound.role_identity FROM command_center.tenant_roles AS bound WHERE bound.tenant_id IS NULL) AS outsider"
    " JOIN pg_roles AS known ON known.rolname = outsider.role AND " IS_OF_KNOWN("outsider") " WHERE NOT known.rolsuper AND NOT pg_has_role(known.oid, $1::name, 'USAGE')",
    1,
    {TEXTOID}};
// clang-format on

struct Swap {
  const char* action;
  Statement* select_statements;
};

constexpr Swap kDistribute = {"use_distributed_policies", &select_to_distribute};
constexpr Swap kLocalise = {"use_local_policies", &select_to_localise};

Datum current_state() {
  (void)run_with_latest_snapshot(select_state, {});
  return value(0, 0, JSONBOID);
}

// Runs in the owner's session; answers how many tables were changed.
int carry_out(const Swap& swap, const Parameters& role) {
  const Datum before = current_state();
  (void)run_with_latest_snapshot(*swap.select_statements, role);
  const auto tables = static_cast<int>(bigint_value(0, 0));
  const TextList statements = text_list(value(0, 1, TEXTARRAYOID));
  for (int i = 0; i < statements.count; ++i) run_text(statements.texts[i]);
  if (tables > 0) audit(swap.action, "row security", before, current_state());
  return tables;
}

void tell_of_unknown_policies() {
  (void)run_with_latest_snapshot(select_unknown, {});
  if (is_null(0, 0)) return;
  ereport(WARNING, errmsg("policies with sub-selects are left as they are: %s", text_value(0, 0)),
          errhint("A cluster refuses them. Write them without, or drop them."));
}

void tell_of_outsiders(const char* role, const Parameters& parameters) {
  (void)run_with_latest_snapshot(select_outsiders, parameters);
  if (is_null(0, 0)) return;
  ereport(
      NOTICE, errmsg("roles that see every tenant are not members of \"%s\": %s", role, text_value(0, 0)),
      errhint("GRANT %s TO each that shall see every row of a distributed table.", quote_identifier(role)));
}

Datum use_distributed_policies(FunctionCallInfo fcinfo) {
  check_every_tenant();
  const OwnerSession session = open_session(kInstallation);
  check_role_exists(text_argument(fcinfo, 0));
  Parameters role;
  role.add_argument(fcinfo, 0);
  const int tables = carry_out(kDistribute, role);
  tell_of_unknown_policies();
  tell_of_outsiders(text_to_cstring(PG_GETARG_TEXT_PP(0)), role);
  close_session(session);
  return Int32GetDatum(tables);
}

Datum use_local_policies(FunctionCallInfo /*fcinfo*/) {
  check_every_tenant();
  const OwnerSession session = open_session(kInstallation);
  const int tables = carry_out(kLocalise, {});
  watch_catalogue(kInstallation);
  close_session(session);
  return Int32GetDatum(tables);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_use_distributed_policies);
PG_FUNCTION_INFO_V1(command_center_use_local_policies);
}

Datum command_center_use_distributed_policies(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::use_distributed_policies(fcinfo); });
}

Datum command_center_use_local_policies(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::use_local_policies(fcinfo); });
}
