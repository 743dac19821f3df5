-- Every function that says PARALLEL SAFE works in a parallel worker, also where it reads tables.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.register_schema('https://x.test/short', '{"type": "string", "maxLength": 5}');
SELECT command_center.register_schema('https://x.test/name', '{"$ref": "https://x.test/short"}');
CREATE TABLE test.docs AS SELECT to_jsonb(repeat('x', n % 10)) AS doc FROM generate_series(1, 2000) AS n;
CREATE ROLE test_reader;
SELECT command_center.grant_access('test_reader', 'reader');
SELECT command_center.bind_role('test_reader', test.tenant());
GRANT USAGE ON SCHEMA test TO test_reader;
GRANT SELECT ON test.docs TO test_reader;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
-- Its name before PostgreSQL 16.
SELECT set_config(name, 'on', false) IS NOT NULL AS forced FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');

-- References to registered schemas, in this session for the first time.
EXPLAIN (COSTS OFF) SELECT count(*) FROM test.docs WHERE command_center.is_valid_json('{"$ref": "https://x.test/name"}', doc);
SELECT count(*) FROM test.docs WHERE command_center.is_valid_json('{"$ref": "https://x.test/name"}', doc);
SELECT command_center.validate_json('{"$ref": "https://x.test/name"}', doc) ->> 'valid' AS valid, count(*) FROM test.docs GROUP BY 1 ORDER BY 1;
-- What the leader has read in a query is read anew after it.
SET parallel_leader_participation = on;
SELECT command_center.register_schema('https://x.test/late', 'false');
SELECT count(*) FROM test.docs WHERE command_center.is_valid_json('{"$ref": "https://x.test/late"}', doc);
SELECT command_center.is_valid_json('{"$ref": "https://x.test/late"}', '1');

-- Each function by its label, with arguments of its types; an error of its own is an answer, one of the parallel machinery is not.
CREATE FUNCTION test.in_worker(function regprocedure) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    arguments text := (SELECT coalesce(string_agg(CASE type::regtype
            WHEN 'jsonb'::regtype THEN CASE ordinality WHEN 1 THEN '''{"$ref": "https://x.test/short"}''::jsonb' ELSE 'doc' END WHEN 'uuid'::regtype THEN '''00000000-0000-0000-0000-000000000001''::uuid'
            WHEN 'name'::regtype THEN 'current_user::name' WHEN 'text'::regtype THEN '''assert''::text'
            WHEN 'interval'::regtype THEN '''1 day''::interval' ELSE format('NULL::%s', type::regtype) END, ', ' ORDER BY ordinality), '')
        FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS argument(type, ordinality) WHERE oid = function);
BEGIN
    EXECUTE format('SELECT count(*) FROM test.docs, LATERAL %s(%s) AS answer WHERE answer::text IS NOT NULL', function::oid::regproc, arguments);
    RETURN 'works';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
DELETE FROM test.docs WHERE doc <> '"x"';
SELECT oid::regprocedure AS function, test.in_worker(oid) FROM pg_proc
WHERE pronamespace = 'command_center'::regnamespace AND proparallel = 's' AND prorettype <> 'trigger'::regtype
    AND test.in_worker(oid) <> 'works' ORDER BY oid::regprocedure::text;
SELECT count(*) > 5 AS several FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND proparallel = 's';

-- Policies call functions of ours as well.
SET ROLE test_reader;
SELECT tenant_id, count(*) FROM command_center.command_dispatches GROUP BY 1;
SELECT count(*) FROM command_center.tenant_roles;
RESET ROLE;
RESET ALL;
DROP TABLE test.docs;
DROP FUNCTION test.in_worker;
DROP OWNED BY test_reader;
DROP ROLE test_reader;
