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

{"monitoring", R"sql(SELECT 'info', format('the owner of the tables, "%s", sees neither the sessions of other roles nor every setting, so nothing is found in them', current_user),
    format('GRANT pg_monitor TO %I;', current_user)
WHERE NOT (pg_has_role('pg_read_all_stats', 'USAGE') AND pg_has_role('pg_read_all_settings', 'USAGE')))sql"},

// By the bounds of the partitions, whatever they are called and whoever made them; view health asks the same.
{"partitions_ahead", R"sql(SELECT CASE WHEN days < 1 THEN 'error' ELSE 'warning' END,
    format('"{schema}.%s" has partitions for %s', relation, CASE WHEN days < 0 THEN 'no row of this moment: its rows are refused'
        WHEN days = 0 THEN 'today alone: tomorrow its rows are refused' ELSE format('%s more days', days) END),
    'SELECT {schema}.maintain(); the relay calls it every hour. Read its warnings: a partition that was made by hand keeps it from making others.'
FROM (
        WITH parent AS (
            SELECT pg_class.oid, pg_class.relname, pg_attribute.atttypid AS type, pg_partitioned_table.partdefid <> 0 AS has_default
            FROM pg_class JOIN pg_partitioned_table ON pg_partitioned_table.partrelid = pg_class.oid
            JOIN pg_attribute ON pg_attribute.attrelid = pg_class.oid AND pg_attribute.attnum = pg_partitioned_table.partattrs[0]
            WHERE pg_class.relnamespace = '{schema}'::regnamespace
        ), bound AS (
            SELECT parent.oid, parent.type, regexp_match(pg_get_expr(leaf.relpartbound, leaf.oid), '^FOR VALUES FROM \((.*)\) TO \((.*)\)$') AS text
            FROM parent JOIN pg_inherits ON inhparent = parent.oid JOIN pg_class AS leaf ON leaf.oid = inhrelid
            WHERE NOT inhdetachpending
        ), span AS (
            SELECT bound.oid, CASE text[number] WHEN 'MINVALUE' THEN '-infinity'::timestamptz WHEN 'MAXVALUE' THEN 'infinity'::timestamptz
                ELSE CASE bound.type
                    WHEN 'uuid'::regtype THEN to_timestamp(('x' || left(replace(trim('''' FROM text[number]), '-', ''), 12))::bit(48)::bigint / 1000.0)
                    WHEN 'date'::regtype THEN trim('''' FROM text[number])::timestamp AT TIME ZONE 'UTC'
                    ELSE trim('''' FROM text[number])::timestamptz END END AS at, number, bound.text
            FROM bound, generate_series(1, 2) AS number WHERE bound.text IS NOT NULL
        ), range AS (
            SELECT span.oid, min(span.at) FILTER (WHERE number = 1) AS first, min(span.at) FILTER (WHERE number = 2) AS after
            FROM span GROUP BY span.oid, span.text
        )
        SELECT parent.relname AS relation, CASE WHEN parent.has_default THEN 366 ELSE (
            SELECT coalesce(min(day.ahead), 367) - 1 FROM generate_series(0, 366) AS day (ahead)
            CROSS JOIN LATERAL (SELECT CASE day.ahead WHEN 0 THEN clock_timestamp()
                ELSE (date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') + make_interval(days => day.ahead)) AT TIME ZONE 'UTC' END) AS moment (at)
            WHERE NOT EXISTS (SELECT FROM range WHERE range.oid = parent.oid AND range.first <= moment.at AND moment.at < range.after)) END AS days
        FROM parent ORDER BY parent.relname) AS covered
WHERE days < 7)sql"},

{"partitions_by_hand", R"sql(SELECT 'warning', format('"{schema}.%s" is a partition of "{schema}.%s" that maintain() did not make', leaf.relname, parent.relname),
    'Its days are neither made by maintain() nor retired. Detach it when its days are over.'
FROM pg_inherits JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS leaf ON leaf.oid = inhrelid
    JOIN pg_partitioned_table ON partrelid = parent.oid
WHERE parent.relnamespace = '{schema}'::regnamespace AND leaf.oid <> partdefid
    AND leaf.relname !~ ('^' || parent.relname || '_[0-9]{8}$') ORDER BY leaf.relname LIMIT 100)sql"},

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
