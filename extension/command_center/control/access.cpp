// Gives roles what the access_levels() of each extension of ours lists, and takes it back. Two act here: the
// rights are the definer's to give, who is the owner of the extension and mostly a superuser; access_grants
// belongs to whoever called setup(), whose triggers and views must never run as the definer.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/held_roles.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/permissions/role_identities.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/family.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kRole, kLevel };

// --- of the owner of the tables ---

Statement select_levels = {
    kInstallation,
    "SELECT held.levels, jsonb_build_object('levels', held.levels) FROM (SELECT ARRAY("
    " SELECT granted.level FROM command_center.access_grants AS granted"
    " LEFT JOIN pg_roles AS known ON known.rolname = granted.role"
    " WHERE granted.role = $1 AND (known.oid IS NULL OR " IS_OF_KNOWN("granted") ")"
    " ORDER BY granted.level COLLATE \"C\")"
    " AS levels) AS held",
    1,
    {TEXTOID}};

// Until setup() has added role_identity, roles are known by name alone.
Statement insert_grant_by_name = {
    kInstallation,
    "INSERT INTO command_center.access_grants (role, level) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    2,
    {TEXTOID, TEXTOID}};

// A row of a role of this name that was dropped since is that of another role.
Statement insert_grant = {
    kInstallation,
    "INSERT INTO command_center.access_grants AS granted (role, level, role_identity)"
    " SELECT $1, $2, " THIS_CLUSTER
    " || '.' || known.oid FROM pg_roles AS known WHERE known.rolname = $1"
    " ON CONFLICT (role, level) DO UPDATE SET role_identity = excluded.role_identity, granted_at = now()"
    " WHERE granted.role_identity IS DISTINCT FROM excluded.role_identity",
    2,
    {TEXTOID, TEXTOID}};

Statement delete_grant = {kInstallation,
                          "DELETE FROM command_center.access_grants WHERE role = $1 AND level = $2",
                          2,
                          {TEXTOID, TEXTOID}};

// --- of the definer, for each extension of ours; %1$s is its schema ---

// Whether the database has it, as it came from our control file: access_levels() is run as the definer.
constexpr char kIsTrusted[] =
    "SELECT EXISTS (SELECT FROM pg_extension AS extension"
    " JOIN pg_depend AS member ON member.refclassid = 'pg_extension'::regclass"
    "  AND member.refobjid = extension.oid AND member.deptype = 'e' AND member.classid = 'pg_proc'::regclass"
    " JOIN pg_proc AS function ON function.oid = member.objid"
    " JOIN pg_roles AS owner ON owner.oid = function.proowner"
    " WHERE extension.extname = '%1$s' AND extension.extnamespace = function.pronamespace"
    " AND function.oid = to_regprocedure('%1$s.access_levels()')"
    " AND (owner.rolsuper OR owner.rolname = current_user))";

// $2 the level.
constexpr char kHasLevel[] =
    "SELECT EXISTS (SELECT FROM %1$s.access_levels() AS known WHERE known.level = $2 AND $1 <> '')";

// Only what is lacking, so that a call that changes nothing writes nothing.
constexpr char kSelectGrants[] =
    "WITH part AS (SELECT * FROM %1$s.access_levels() AS part WHERE part.level = $2)"
    " SELECT ARRAY("
    " SELECT format('GRANT USAGE ON SCHEMA %1$s TO %%I', receiver.rolname)"
    " FROM pg_roles AS receiver, pg_namespace AS schema"
    " WHERE receiver.rolname = $1 AND schema.nspname = '%1$s' AND EXISTS (SELECT FROM part) AND NOT EXISTS ("
    "  SELECT FROM aclexplode(schema.nspacl) AS given"
    "  WHERE given.grantee = receiver.oid AND given.privilege_type = 'USAGE')"
    " UNION ALL"
    " SELECT format('GRANT EXECUTE ON FUNCTION %%s TO %%I', function.oid::regprocedure, receiver.rolname)"
    " FROM pg_roles AS receiver, pg_proc AS function"
    " WHERE receiver.rolname = $1 AND function.pronamespace = '%1$s'::regnamespace"
    " AND function.proname IN (SELECT part.object FROM part WHERE part.kind = 'function')"
    " AND NOT EXISTS ("
    "  SELECT FROM aclexplode(function.proacl) AS given"
    "  WHERE given.grantee = receiver.oid AND given.privilege_type = 'EXECUTE')"
    " UNION ALL"
    " SELECT format('GRANT SELECT ON %1$s.%%I TO %%I', relation.relname, receiver.rolname)"
    " FROM pg_roles AS receiver, pg_class AS relation"
    " WHERE receiver.rolname = $1 AND relation.relnamespace = '%1$s'::regnamespace"
    " AND relation.relkind IN ('r', 'p', 'v')"
    " AND relation.relname IN (SELECT part.object FROM part WHERE part.kind = 'relation')"
    " AND NOT EXISTS ("
    "  SELECT FROM aclexplode(relation.relacl) AS given"
    "  WHERE given.grantee = receiver.oid AND given.privilege_type = 'SELECT'))";

// $3 the levels that the role keeps. A role that was dropped has no rights any more.
constexpr char kSelectRevocations[] =
    "WITH kept AS (SELECT part.kind, part.object FROM %1$s.access_levels() AS part WHERE part.level = ANY "
    "($3)),"
    " lost AS (SELECT part.kind, part.object FROM %1$s.access_levels() AS part WHERE part.level = $2"
    "  EXCEPT SELECT kept.kind, kept.object FROM kept)"
    " SELECT ARRAY("
    " SELECT format('REVOKE EXECUTE ON FUNCTION %%s FROM %%I', function.oid::regprocedure, holder.rolname)"
    " FROM pg_roles AS holder, pg_proc AS function"
    " WHERE holder.rolname = $1 AND function.pronamespace = '%1$s'::regnamespace"
    " AND function.proname IN (SELECT lost.object FROM lost WHERE lost.kind = 'function')"
    " UNION ALL"
    " SELECT format('REVOKE SELECT ON %1$s.%%I FROM %%I', relation.relname, holder.rolname)"
    " FROM pg_roles AS holder, pg_class AS relation"
    " WHERE holder.rolname = $1 AND relation.relnamespace = '%1$s'::regnamespace"
    " AND relation.relkind IN ('r', 'p', 'v')"
    " AND relation.relname IN (SELECT lost.object FROM lost WHERE lost.kind = 'relation')"
    " UNION ALL"
    " SELECT format('REVOKE USAGE ON SCHEMA %1$s FROM %%I', holder.rolname)"
    " FROM pg_roles AS holder WHERE holder.rolname = $1 AND NOT EXISTS (SELECT FROM kept))";

// The levels of a role.
struct Levels {
  Datum list;  // text[]
  Datum json;
};

Levels levels_of(FunctionCallInfo fcinfo) {
  Parameters role;
  role.add_argument(fcinfo, kRole);
  (void)run_with_latest_snapshot(select_levels, role);
  return {value(0, 0, TEXTARRAYOID), value(0, 1, JSONBOID)};
}

Parameters grant_of(FunctionCallInfo fcinfo) {
  Parameters grant;
  grant.add_argument(fcinfo, kRole);
  grant.add_argument(fcinfo, kLevel);
  return grant;
}

constexpr Oid kTypes[] = {TEXTOID, TEXTOID, TEXTARRAYOID};

// Runs a statement of the above for the schema of an extension.
void ask_of(const Extension& extension, const char* statement, const Parameters& parameters) {
  // NOLINTNEXTLINE: the text is one of the above
  (void)run_text_with(psprintf(statement, extension.installation.schema), kTypes, parameters);
}

bool is_trusted(const Extension& extension) {
  ask_of(extension, kIsTrusted, {});
  return bool_value(0, 0);
}

// A level is one that any extension of ours has.
void check_level(FunctionCallInfo fcinfo, const OwnerSession& of_owner) {
  const OwnerSession session = open_session_as(of_owner.identity);
  const Parameters grant = grant_of(fcinfo);
  bool known = false;
  for (int i = 0; i < family().count && !known; ++i) {
    const Extension& extension = *family().extensions[i];
    if (!is_trusted(extension)) continue;
    ask_of(extension, kHasLevel, grant);
    known = bool_value(0, 0);
  }
  if (!known) {
    refuse("22023", psprintf("level \"%s\" does not exist", text_to_cstring(PG_GETARG_TEXT_PP(kLevel))),
           nullptr, "The levels are reader, dispatcher, relay, monitor, operator and admin.");
  }
  close_session(session);
}

// Runs the statements that a statement answers for each extension of ours in this database, within the
// session of the owner, and answers how many they were.
int run_as_definer(const OwnerSession& of_owner, const char* select_statements,
                   const Parameters& parameters) {
  const OwnerSession session = open_session_as(of_owner.identity);
  int count = 0;
  for (int i = 0; i < family().count; ++i) {
    const Extension& extension = *family().extensions[i];
    if (!is_trusted(extension)) continue;
    ask_of(extension, select_statements, parameters);
    const TextList statements = text_list(value(0, 0, TEXTARRAYOID));
    for (int j = 0; j < statements.count; ++j) run_text(statements.texts[j]);
    count += statements.count;
  }
  close_session(session);
  return count;
}

void audit_levels(const char* action, FunctionCallInfo fcinfo, const Levels& before, const Levels& after) {
  audit(action, psprintf("role %s", text_to_cstring(PG_GETARG_TEXT_PP(kRole))), before.json, after.json);
}

// A role of which somebody took rights by hand has its rows: the rights are given again, and audited, too.
Datum grant_access(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  check_level(fcinfo, session);
  check_role_exists(text_argument(fcinfo, kRole));
  settle_role_identities();
  lock_for_change(kInstallation, "access_grants");
  const Parameters grant = grant_of(fcinfo);
  const Levels before = levels_of(fcinfo);
  const bool added = run(has_role_identities() ? insert_grant : insert_grant_by_name, grant) > 0;
  if (added) announce_catalogue_change(kInstallation, "access_grants");
  const int given = run_as_definer(session, kSelectGrants, grant);
  const bool changed = added || given > 0;
  if (changed) audit_levels("grant_access", fcinfo, before, levels_of(fcinfo));
  close_session(session);
  return BoolGetDatum(changed);
}

Datum revoke_access(FunctionCallInfo fcinfo) {
  const OwnerSession session = open_session(kInstallation);
  check_level(fcinfo, session);
  settle_role_identities();
  lock_for_change(kInstallation, "access_grants");
  Parameters grant = grant_of(fcinfo);
  const Levels before = levels_of(fcinfo);
  const bool removed = change_with_latest_snapshot(delete_grant, grant) > 0;
  if (removed) {
    announce_catalogue_change(kInstallation, "access_grants");
    const Levels after = levels_of(fcinfo);
    grant.add(after.list);
    (void)run_as_definer(session, kSelectRevocations, grant);
    audit_levels("revoke_access", fcinfo, before, after);
  }
  close_session(session);
  return BoolGetDatum(removed);
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_grant_access);
PG_FUNCTION_INFO_V1(command_center_revoke_access);
}

Datum command_center_grant_access(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::grant_access(fcinfo); });
}

Datum command_center_revoke_access(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::revoke_access(fcinfo); });
}
