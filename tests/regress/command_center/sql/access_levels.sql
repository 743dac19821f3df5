-- Each level may call just what it is meant to, of every function there is, and read just what it is meant to; nothing is for PUBLIC.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.level (level text, position integer, CONSTRAINT level_pkey PRIMARY KEY (level));
INSERT INTO test.level VALUES ('nobody', 0), ('reader', 1), ('dispatcher', 2), ('relay', 3), ('monitor', 4), ('operator', 5), ('admin', 6);
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT level FROM test.level ORDER BY position LOOP
        EXECUTE format('CREATE ROLE test_%s', one);
        IF one <> 'nobody' THEN
            PERFORM command_center.grant_access('test_' || one, one);
        END IF;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA command_center TO test_nobody;

-- What a call as a role meets: x may call, - 42501 for the function. Whatever the call does is taken back.
CREATE FUNCTION test.calls(function regprocedure, level text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    -- Not NULL: the planner takes a strict function of NULL away, and with it the check.
    arguments text := (SELECT string_agg(CASE type::regtype
            WHEN 'text'::regtype THEN '''none''::text' WHEN 'name'::regtype THEN '''none''::name' WHEN 'jsonb'::regtype THEN '''{}''::jsonb'
            WHEN 'uuid'::regtype THEN '''00000000-0000-0000-0000-000000000001''::uuid' WHEN 'integer'::regtype THEN '1'
            WHEN 'bigint'::regtype THEN '1::bigint' WHEN 'boolean'::regtype THEN 'true' WHEN 'interval'::regtype THEN '''1 minute''::interval'
            WHEN 'timestamptz'::regtype THEN 'now()' WHEN 'regclass'::regtype THEN '''pg_class''::regclass' WHEN 'text[]'::regtype THEN '''{}''::text[]' ELSE format(CASE WHEN type::regtype::text LIKE '%[]' THEN '''{}''::%s' ELSE 'NULL::%s' END, type::regtype) END,
            ', ' ORDER BY ordinality)
        FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS argument(type, ordinality) WHERE oid = function);
    name regproc := function;
    message text;
BEGIN
    PERFORM set_config('role', 'test_' || level, true);
    EXECUTE format('SELECT FROM %s(%s) AS answer', name, arguments);
    RAISE EXCEPTION USING ERRCODE = 'KC000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
    RETURN CASE WHEN message LIKE 'permission denied for function%' AND SQLSTATE = '42501' THEN '-' ELSE 'x' END;
END $$;
CREATE FUNCTION test.reads(relation regclass, level text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', 'test_' || level, true);
    EXECUTE format('SELECT count(answer::text) FROM %s AS answer', relation);
    RAISE EXCEPTION USING ERRCODE = 'KC000';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN '42501' THEN '-' WHEN 'KC000' THEN 'x' ELSE SQLSTATE END;
END $$;
-- Sorted first, whatever the plan: calls tell things in their order.
CREATE TABLE test.function AS
    SELECT function, level, position, test.calls(function, level) AS calls
    FROM (SELECT oid::regprocedure AS function, level, position FROM pg_proc, test.level
        WHERE pronamespace = 'command_center'::regnamespace AND prorettype <> 'trigger'::regtype ORDER BY proname, oid, position OFFSET 0) AS pair;
CREATE TABLE test.relation AS
    SELECT relation, level, position, test.reads(relation, level) AS reads
    FROM (SELECT pg_class.oid::regclass AS relation, level, position FROM pg_class, test.level
        WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition ORDER BY relname, position OFFSET 0) AS pair;

SELECT substring(function::text FROM '\.(.*)\(') AS function, string_agg(calls, ' ' ORDER BY position) AS "nobody reader dispatcher relay monitor operator admin"
FROM test.function GROUP BY test.function.function ORDER BY 1, test.function.function::text;
SELECT substring(relation::text FROM '\.(.*)') AS relation, string_agg(reads, ' ' ORDER BY position) AS "nobody reader dispatcher relay monitor operator admin"
FROM test.relation GROUP BY test.relation.relation ORDER BY 1;

-- The rights are what the calls met.
SELECT function, level, calls FROM test.function WHERE (calls = 'x') <> has_function_privilege('test_' || level, function, 'EXECUTE');
-- No level lists a function or relation that does not exist.
SELECT DISTINCT kind, object FROM command_center.access_levels()
WHERE kind = 'function' AND object NOT IN (SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace)
    OR kind = 'relation' AND to_regclass('command_center.' || object) IS NULL
ORDER BY kind, object;
-- Reading is all that any level may do with a relation, and nobody may use a sequence or create anything.
SELECT relname, level, privilege FROM pg_class, test.level, unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS privilege
WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege('test_' || level, oid, privilege);
SELECT relname, level FROM pg_class, test.level
WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'S' AND has_sequence_privilege('test_' || level, oid, 'USAGE,SELECT,UPDATE');
SELECT level FROM test.level WHERE has_schema_privilege('test_' || level, 'command_center', 'CREATE');
-- Partitions are read through their table, behind its policy.
SELECT count(*) AS readable_partitions FROM pg_class, test.level
WHERE relnamespace = 'command_center'::regnamespace AND relispartition AND relkind = 'r' AND has_table_privilege('test_' || level, oid, 'SELECT');
-- Every table with a tenant_id is behind row security, with a policy.
SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND attname = 'tenant_id'
    AND (NOT relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid));

-- Each level does its work with nothing but itself.
SET ROLE test_operator;
SELECT command_center.load_catalog('hotel');
SELECT count(*) > 0 AS audited FROM command_center.control_audit;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001');
SET ROLE test_admin;
SELECT command_center.bind_role('test_dispatcher', '00000000-0000-0000-0000-000000000001');
SET ROLE test_dispatcher;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001');
SELECT count(*) FROM command_center.list_commands();
SET ROLE test_relay;
SELECT granted FROM command_center.acquire_lease('default', 'me', '1 minute');
SELECT command_center.resume_publication('default', NULL);
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT count(*) FROM command_center.batch_messages('default', 1);
SELECT command_center.release_lease('default', 'me');
SELECT command_center.maintain() >= 0 AS maintained;
SET ROLE test_monitor;
SELECT count(*) > 0 AS watched FROM command_center.health;
SELECT publisher FROM command_center.outbox_status;
SELECT count(*) AS errors FROM command_center.doctor() WHERE finding LIKE 'could not look%';
SELECT command_center.recorded_progress('default') IS NULL AS unpublished;
RESET ROLE;

DROP TABLE test.function, test.relation, test.level;
DROP FUNCTION test.calls, test.reads;
DROP OWNED BY test_nobody, test_reader, test_dispatcher, test_relay, test_monitor, test_operator, test_admin;
DROP ROLE test_nobody, test_reader, test_dispatcher, test_relay, test_monitor, test_operator, test_admin;
