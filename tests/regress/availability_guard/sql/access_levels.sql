-- Each level of the Command Center may do here what access_levels() lists, and nobody else anything.
\set SHOW_CONTEXT never
CALL test.start();
CREATE ROLE test_reader;
CREATE ROLE test_dispatcher;
CREATE ROLE test_operator;
CREATE ROLE test_admin;
CREATE ROLE test_nobody;
SELECT level, command_center.grant_access('test_' || level, level) FROM unnest('{reader, dispatcher, operator, admin}'::text[]) AS level;
SELECT named.object, string_agg(replace(rolname, 'test_', ''), ' ' ORDER BY rolname) FILTER (WHERE named.has) AS roles FROM (
    SELECT oid::regproc::text AS object, rolname, has_function_privilege(rolname, pg_proc.oid, 'EXECUTE') AS has
    FROM pg_proc, (SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%') AS role WHERE pronamespace = 'availability_guard'::regnamespace
    UNION ALL
    SELECT oid::regclass::text, rolname, has_table_privilege(rolname, oid, 'SELECT')
    FROM pg_class, (SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%') AS role
    WHERE relnamespace = 'availability_guard'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition) AS named
GROUP BY named.object ORDER BY named.object;
-- Nobody writes a table.
SELECT count(*) FROM pg_class, (SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%') AS role WHERE relnamespace = 'availability_guard'::regnamespace
    AND relkind IN ('r', 'p') AND has_table_privilege(rolname, oid, 'INSERT, UPDATE, DELETE, TRUNCATE');
-- Every function fixes its path, says what it does, and every table and column what it is.
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'availability_guard'::regnamespace
    AND (NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(proconfig, '{}')) OR obj_description(oid, 'pg_proc') IS NULL OR has_function_privilege('test_nobody', oid, 'EXECUTE'));
SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'availability_guard'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition AND relname <> 'setup_steps' AND attnum > 0 AND (col_description(attrelid, attnum) IS NULL OR obj_description(attrelid, 'pg_class') IS NULL);
-- Every policy is of a form that a cluster has a counterpart for, and every table of tenants has one.
SELECT relname, polname FROM pg_class LEFT JOIN pg_policy ON polrelid = pg_class.oid WHERE relnamespace = 'availability_guard'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition AND relname <> 'setup_steps' AND (NOT relrowsecurity OR polname IS NULL OR pg_get_expr(polqual, polrelid) NOT IN (SELECT local FROM command_center.policy_forms()));
DROP OWNED BY test_reader, test_dispatcher, test_operator, test_admin;
DROP ROLE test_reader, test_dispatcher, test_operator, test_admin, test_nobody;
