// The questions that doctor() asks of every extension, each one statement that answers rows of severity,
// finding, remedy.
#include "extension/server/doctor/common_checks.hpp"

namespace command_center::server {
namespace {

// clang-format off
constexpr Check kChecks[] = {
{"setup_steps", R"sql(SELECT 'error', format('steps of setup() that have not run: %s', string_agg(definition.name, ', ' ORDER BY definition.step)), 'SELECT {schema}.setup();'
FROM {schema}.setup_definitions() AS definition
WHERE definition.step NOT IN (SELECT done.step FROM {schema}.setup_steps AS done) HAVING count(*) > 0
UNION ALL
SELECT 'error', format('steps of setup() that this version does not know: %s', string_agg(done.name, ', ' ORDER BY done.step)),
    'The extension is older than the tables: install the newer one and run ALTER EXTENSION {schema} UPDATE.'
FROM {schema}.setup_steps AS done
WHERE done.step NOT IN (SELECT definition.step FROM {schema}.setup_definitions() AS definition) HAVING count(*) > 0)sql"},

{"extension_version", R"sql(SELECT 'warning', format('version %s runs, version %s is installed', extension.extversion, available.default_version),
    'ALTER EXTENSION {schema} UPDATE; SELECT {schema}.setup();'
FROM pg_extension AS extension JOIN pg_available_extensions AS available ON available.name = extension.extname
WHERE extension.extname = '{schema}' AND extension.extversion <> available.default_version)sql"},

{"old_sessions", R"sql(SELECT 'warning', format('sessions that began before the last update: %s; they go on with the library that they have loaded', count(*)),
    format('Reconnect them; restart the server where shared_preload_libraries names %s.', (SELECT min(regexp_replace(probin, '.*/', ''))
        FROM pg_proc WHERE pronamespace = '{schema}'::regnamespace AND probin IS NOT NULL))
FROM pg_stat_activity, (SELECT max(done_at) AS updated_at FROM {schema}.setup_steps HAVING max(done_at) > min(done_at)) AS last
WHERE datname = current_database() AND backend_type = 'client backend' AND backend_start < updated_at HAVING count(*) > 0)sql"},

{"partitions_ahead", R"sql(SELECT CASE WHEN coalesce(ahead, -1) < 0 THEN 'error' ELSE 'warning' END,
    format('"{schema}.%s" has partitions for %s', relname, CASE WHEN coalesce(ahead, -1) < 0 THEN 'no day from today on: its rows are refused'
        ELSE format('%s more days', ahead) END),
    'SELECT {schema}.maintain(); the relay calls it every hour.'
FROM (SELECT parent.relname, max(CASE WHEN leaf.relname ~ '_[0-9]{8}$' THEN to_date(right(leaf.relname, 8), 'YYYYMMDD') END)
        - (clock_timestamp() AT TIME ZONE 'UTC')::date AS ahead
    FROM pg_class AS parent LEFT JOIN pg_inherits ON inhparent = parent.oid LEFT JOIN pg_class AS leaf ON leaf.oid = inhrelid
    WHERE parent.relnamespace = '{schema}'::regnamespace AND parent.relkind = 'p' GROUP BY parent.oid, parent.relname) AS days
WHERE coalesce(ahead, -1) < 7 ORDER BY relname)sql"},

{"default_partition", R"sql(SELECT 'warning', format('"{schema}.%s" has a default partition', relname),
    'maintain() cannot attach a day whose rows are in it: move them and drop it.'
FROM pg_class JOIN pg_partitioned_table ON partrelid = pg_class.oid
WHERE relnamespace = '{schema}'::regnamespace AND partdefid <> 0 ORDER BY relname)sql"},

{"granted_to_public", R"sql(SELECT 'error', format('everybody may execute %s', oid::regprocedure), format('REVOKE ALL ON FUNCTION %s FROM PUBLIC;', oid::regprocedure)
FROM pg_proc WHERE pronamespace = '{schema}'::regnamespace
    AND EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0 AND privilege_type = 'EXECUTE')
UNION ALL
SELECT 'error', format('PUBLIC has rights on "{schema}.%s"', relname), format('REVOKE ALL ON {schema}.%I FROM PUBLIC;', relname)
FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)
UNION ALL
SELECT 'error', 'everybody may create objects in the schema "{schema}"', 'REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;'
FROM pg_namespace WHERE nspname = '{schema}' AND EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0 AND privilege_type = 'CREATE')
UNION ALL
SELECT 'warning', format('%s may create functions in the schema "{schema}" that are called in place of ours', string_agg(DISTINCT grantee::regrole::text, ', ')),
    'REVOKE CREATE ON SCHEMA {schema}: only the owner of the tables needs it.'
FROM pg_namespace CROSS JOIN LATERAL aclexplode(nspacl) JOIN pg_roles AS receiver ON receiver.oid = grantee
WHERE nspname = '{schema}' AND privilege_type = 'CREATE' AND NOT receiver.rolsuper AND grantee <> nspowner
    AND grantee <> (SELECT relowner FROM pg_class WHERE oid = to_regclass('{schema}.{owner_table}')) HAVING count(*) > 0
ORDER BY 2)sql"},

{"row_security", R"sql(SELECT 'warning', format('"{schema}.%s" has no row security, and %s may read the rows of every tenant', relname, string_agg(DISTINCT grantee::regrole::text, ', ')),
    format('ALTER TABLE {schema}.%I ENABLE ROW LEVEL SECURITY; or revoke SELECT.', relname)
FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS acl
WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity AND grantee NOT IN (0, relowner)
    AND privilege_type = 'SELECT' AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant_id' AND NOT attisdropped)
GROUP BY relname ORDER BY relname)sql"},

{"owners", R"sql(SELECT 'warning', format('the tables have %s owners: %s', count(DISTINCT relowner), string_agg(DISTINCT relowner::regrole::text, ', ')),
    'ALTER TABLE … OWNER TO the owner of "{schema}.{owner_table}", as whom the functions act.'
FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p', 'S') HAVING count(DISTINCT relowner) > 1)sql"},

{"unlogged", R"sql(SELECT 'error', format('"{schema}.%s" is unlogged: a crash empties it', relname), format('ALTER %s {schema}.%I SET LOGGED;', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, relname)
FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p', 'S') AND relpersistence <> 'p' ORDER BY relname)sql"},

{"invalid_index", R"sql(SELECT 'warning', format('index "{schema}.%s" is not valid', relname), format('REINDEX INDEX CONCURRENTLY {schema}.%I;', relname)
FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
WHERE relnamespace = '{schema}'::regnamespace AND NOT indisvalid ORDER BY relname)sql"}};
// clang-format on

}  // namespace

Checks common_checks() noexcept {
  return {kChecks, static_cast<int>(sizeof(kChecks) / sizeof(kChecks[0]))};
}

}  // namespace command_center::server
