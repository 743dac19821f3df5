-- A role of one tenant never sees anything of another: not in an answer, an error, a detail or a table, whatever it calls with whatever.
\set SHOW_CONTEXT never
CALL test.start();
\set a '''0000000a-0000-4000-8000-00000000000a'''
\set b '''cccccccc-0000-4000-8000-00000000000b'''
\set property_of_b '''cccccccc-0000-4000-8000-0000000000bb'''
CREATE ROLE test_a;
CREATE ROLE test_b;
SELECT command_center.grant_access(role, level) FROM unnest('{test_a,test_b}'::text[]) AS role, unnest('{reader,dispatcher}'::text[]) AS level;
SELECT command_center.bind_role('test_a', :a), command_center.bind_role('test_b', :b);
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{module-of-few}', required_roles => '{ADMIN}');

-- What tenant B has. Each of its texts begins with "canary".
SELECT command_center.enable_module(:b, 'module-of-few'), command_center.enable_module(:b, 'canary-module');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', :b, :property_of_b, 'canary-environment');
SELECT version FROM command_center.set_feature('observe', 'test.book', 'canary-environment', :b, :property_of_b, 'canary-feature');
SELECT version FROM command_center.set_feature('enabled', tenant_id => :b, limits => '{"per": "tenant", "max_per_minute": 424242}');
SET ROLE test_b;
SELECT status FROM command_center.execute_command('test.book', '{"id": "canary-payload"}', :b, '{"userId": "canary-user", "role": "canary-role"}',
    'canary-correlation', 'canary-key', :property_of_b, 'canary-environment');
SELECT status FROM command_center.execute_command('test.guarded', '"canary-guarded"', :b, '{"userId": "canary-user", "role": "ADMIN"}', 'canary-correlation');
SELECT command_center.acknowledge_command(:b, command_id, 'failed', 'canary-service', '{"error": "canary-detail"}') FROM command_center.command_dispatches;
SELECT command_center.publish_event('canary.topic', 'canary.type', '{"text": "canary-event"}', :b, 'canary-partition', '{"x-canary": "canary-header"}') IS NOT NULL AS published;
RESET ROLE;

-- What tenant A has.
SET ROLE test_a;
SELECT status FROM command_center.execute_command('test.book', '{"id": "a"}', :a, correlation_id => 'of-a', idempotency_key => 'key-of-a') ORDER BY 1;
RESET ROLE;
SELECT count(*) AS planted FROM command_center.command_dispatches WHERE tenant_id = :b;

-- Row security: the rows of A, and those for every tenant; of the other only what is wrong to ask for.
SET ROLE test_a;
SELECT DISTINCT tenant_id FROM command_center.command_dispatches;
SELECT count(*) FROM command_center.command_dispatches WHERE tenant_id = :b;
SELECT count(*) FROM command_center.dispatch_events;
SELECT count(*) FROM command_center.tenant_modules;
SELECT count(*) FROM command_center.command_routes;
SELECT count(*) FROM command_center.command_features;
SELECT tenant_id, role FROM command_center.tenant_roles;
SELECT role, level FROM command_center.access_grants ORDER BY role, level;
SELECT count(*) FROM command_center.transactional_outbox;
\echo :SQLSTATE
SELECT count(*) FROM command_center.control_audit;
\echo :SQLSTATE
INSERT INTO command_center.command_dispatches SELECT * FROM command_center.command_dispatches;
\echo :SQLSTATE
UPDATE command_center.tenant_roles SET tenant_id = NULL;
\echo :SQLSTATE
RESET ROLE;
-- A policy holds for a right that was given by hand, too; and it lets nothing be written.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA command_center TO test_a;
SET ROLE test_a;
SELECT DISTINCT tenant_id FROM command_center.transactional_outbox;
SELECT DISTINCT tenant_id FROM command_center.idempotency_keys;
INSERT INTO command_center.tenant_roles (role) VALUES ('test_a');
\echo :SQLSTATE
WITH written AS (UPDATE command_center.tenant_roles SET tenant_id = NULL RETURNING *) SELECT count(*) FROM written;
WITH written AS (DELETE FROM command_center.command_dispatches RETURNING *) SELECT count(*) FROM written;
-- A function of A's that would tell of each row it meets meets only A's.
CREATE FUNCTION pg_temp.tell(tenant_id uuid) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE '%', tenant_id; RETURN true; END $$;
SELECT count(*) FROM command_center.command_dispatches WHERE pg_temp.tell(tenant_id);
RESET ROLE;
REVOKE ALL ON ALL TABLES IN SCHEMA command_center FROM test_a;
SELECT command_center.setup();

-- Random calls of every function, as a role of A that also knows ids of B; the same ones in each run. It may even call what operators may for a
-- tenant.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'command_center'::regnamespace AND 'tenant_id' = ANY (proargnames[1:pronargs]) AND proname NOT IN ('bind_role', 'unbind_role')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO test_a', one);
    END LOOP;
END $$;
SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND has_function_privilege('test_a', oid, 'EXECUTE') ORDER BY proname;
CREATE TABLE test.known AS
    SELECT array_agg(command_id) FILTER (WHERE tenant_id = :a) AS commands_of_a, array_agg(command_id) FILTER (WHERE tenant_id = :b) AS commands_of_b
    FROM command_center.command_dispatches;
-- Mostly the first, so that many calls get far.
CREATE FUNCTION test.pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT choices[1 + floor(greatest(random() * 2 - 1, 0) * cardinality(choices))::integer] $$;
-- An argument as text; @a and @b stand for the tenants, @x and @y for a command of each. Of B's canaries only the key, which A may use as well:
-- what A brings along itself, it may see again.
CREATE FUNCTION test.argument(name text, type regtype) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN name IN ('tenant_id', 'command_id', 'commands') OR random() < 0.9 THEN CASE
            WHEN name = 'tenant_id' THEN test.pick('@a', '@b', '@b', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            WHEN name = 'command_id' THEN test.pick('@x', '@y', '@y', '00000000-0000-0000-0000-000000000000')
            WHEN name = 'command_name' THEN test.pick('test.book', 'test.book', 'test.book', 'test.guarded', 'test.guarded', 'test.none', '', repeat('n', 300))
            WHEN name = 'payload' THEN test.pick('{"id": "a"}', '{"id": "a"}', '{"id": 1}', '"text"', '{}', 'null')
            WHEN name = 'initiator' THEN test.pick('{"role": "ADMIN"}', '{"role": "OTHER"}', '{}', '[]', '{"role": null}')
            WHEN name = 'status' THEN test.pick('completed', 'active', 'observe', 'failed', 'active', 'observe', 'active', 'observe', 'active', 'healthy', 'observe', 'accepted', 'received', '')
            WHEN name = 'expected_version' THEN test.pick(NULL, '0', '1', '2147483647')
            WHEN name = 'policy' THEN test.pick('{"targets": [{"serviceId": "bookings", "weight": 1}]}', '{"targets": []}', '[]')
            WHEN name = 'limits' THEN test.pick(NULL, '{"per": "tenant", "max_per_minute": 1000000}', '{}')
            WHEN name = 'idempotency_key' THEN test.pick(NULL, 'key-of-a', 'canary-key', 'k', repeat('k', 255), repeat('k', 256), '')
            WHEN name = 'correlation_id' THEN test.pick('of-a', 'c', repeat('c', 255), repeat('c', 256), '')
            WHEN name = 'traceparent' THEN NULL
            WHEN name = 'environment' THEN test.pick('production', 'staging', '', 'no environment')
            WHEN name = 'topic' THEN test.pick('a.topic', '', 'no/topic')
            WHEN type = 'uuid'::regtype THEN test.pick('aaaaaaaa-0000-4000-8000-0000000000aa', '00000000-0000-0000-0000-000000000000')
            WHEN type IN ('text'::regtype, 'name'::regtype) THEN test.pick('test_b', 'test_a', 'bookings', 'default', 'hotel', 'assert', '', repeat('t', 10000), '%s''"\$')
            WHEN type = 'jsonb'::regtype THEN test.pick('{}', '[]', 'null', '1e1000', '{"id": "a"}', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', '{"type": "text"}',
                repeat('[', 1000) || repeat(']', 1000))
            WHEN type IN ('integer'::regtype, 'bigint'::regtype) THEN test.pick('0', '1', '-1', '100', '2147483647', '-2147483648')
            WHEN type = 'boolean'::regtype THEN test.pick('true', 'false')
            WHEN type = 'interval'::regtype THEN test.pick('1 minute', '0', '-1 day', '100000000 years')
            WHEN type = 'timestamptz'::regtype THEN test.pick('infinity', '-infinity', '2000-01-01', '2100-01-01')
            WHEN type = 'text[]'::regtype THEN test.pick('{}', '{a,NULL}')
            WHEN type = 'uuid[]'::regtype THEN test.pick('{}', '{@b}', '{@y}')
            WHEN type = 'command_center.command_request[]'::regtype THEN test.pick('{"(test.book,\"{\\\"id\\\": 1}\",@a,,,,,,)","(test.book,{},@b,,,,,,)"}', '{}', '{NULL}',
                '{"(test.guarded,1,@b,,,canary-key,,,)"}', '{"(,,,,,,,,)"}')
        END
    END $$;
-- What the call answers, or the whole of its error.
CREATE FUNCTION test.call(call text, OUT code text, OUT answer text) LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
    hint text;
    context text;
BEGIN
    code := '00000';
    PERFORM set_config('role', 'test_a', true);
    EXECUTE call INTO answer;
    PERFORM set_config('role', 'none', true);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
    answer := concat_ws(' / ', message, detail, hint, split_part(context, 'SQL statement "' || call, 1));
END $$;
-- Whatever A may read, it reads without a canary.
SELECT relation, (outcome).code, (outcome).answer ~ 'canary|424242|cccccccc-0000-4000-8000-0000' AS has_canaries FROM (
    SELECT oid::regclass AS relation, test.call(format('SELECT coalesce(string_agg(answer::text, '' ''), '''') FROM %s AS answer', oid::regclass)) AS outcome
    FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v') AND has_table_privilege('test_a', oid, 'SELECT')
    OFFSET 0) AS read
ORDER BY relation::text;
CREATE TABLE test.called (function regprocedure, call text, for_b boolean, code text, answer text);
CREATE PROCEDURE test.call_at_random(calls integer) LANGUAGE plpgsql AS $$
DECLARE
    tenant_a CONSTANT text := '0000000a-0000-4000-8000-00000000000a';
    tenant_b CONSTANT text := 'cccccccc-0000-4000-8000-00000000000b';
    functions CONSTANT regprocedure[] := ARRAY(SELECT oid FROM pg_proc
        WHERE pronamespace = 'command_center'::regnamespace AND has_function_privilege('test_a', oid, 'EXECUTE') ORDER BY oid::regprocedure::text);
    known test.known := (SELECT known FROM test.known);
    one regprocedure;
    arguments text;
    for_b boolean;
    outcome record;
BEGIN
    PERFORM setseed(0.5);
    FOR number IN 1 .. calls LOOP
        one := functions[1 + (number - 1) % cardinality(functions)];
        SELECT string_agg(format('%L::%s', value, type), ', ' ORDER BY ordinality), coalesce(bool_or(name = 'tenant_id' AND value = '@b'), false)
        INTO arguments, for_b
        FROM (SELECT name, type, ordinality, test.argument(name, type) AS value
            FROM (SELECT proargnames[ordinality] AS name, type::regtype AS type, ordinality
                FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS types(type, ordinality) WHERE oid = one ORDER BY ordinality) AS parameter
            OFFSET 0) AS argument;
        arguments := replace(replace(arguments, '@a', tenant_a), '@b', tenant_b);
        arguments := replace(arguments, '@x', known.commands_of_a[1 + floor(random() * cardinality(known.commands_of_a))::integer]::text);
        arguments := replace(arguments, '@y', known.commands_of_b[1 + floor(random() * cardinality(known.commands_of_b))::integer]::text);
        arguments := format('SELECT string_agg(answer::text, '' '') FROM %s(%s) AS answer', one::regproc, arguments);
        outcome := test.call(arguments);
        INSERT INTO test.called VALUES (one, arguments, for_b, outcome.code, outcome.answer);
    END LOOP;
END $$;
CALL test.call_at_random(6000);
SELECT count(*) AS calls, count(DISTINCT code) > 5 AS many_outcomes FROM test.called;
-- Each function was called for A as well as for B where it has a tenant, and worked at least once where it can.
SELECT function FROM test.called GROUP BY function HAVING count(*) FILTER (WHERE code = '00000') = 0 ORDER BY function::text;
-- No answer has a canary that the call did not bring along, B's id or one of its commands.
SELECT function, code, left(call, 500) AS call, left(answer, 500) AS answer
FROM test.called, test.known, LATERAL (
    SELECT string_agg(text[1], ' ') AS texts FROM regexp_matches(answer, 'canary[-._a-z]*|x-canary|minute": 424242|cccccccc-0000-4000-8000-00000000[0-9a-f]{4}', 'g') AS text
    WHERE position(text[1] IN call) = 0 OR text[1] = 'cccccccc-0000-4000-8000-00000000000b') AS seen
WHERE texts IS NOT NULL OR EXISTS (SELECT FROM unnest(commands_of_b) AS command WHERE answer LIKE '%' || command || '%' AND call NOT LIKE '%' || command || '%')
LIMIT 10;
-- Nor did any meet a bug.
SELECT function, code, left(call, 300) AS call, left(answer, 300) AS answer FROM test.called WHERE code ~ '^(XX|42P|427|58|53)' LIMIT 10;
-- What was asked for B was refused, and B has what it had.
SELECT function, code, left(call, 300) AS call FROM test.called WHERE for_b AND code = '00000' AND answer NOT LIKE '%"accepted": false%' LIMIT 10;
SELECT count(*) > 100 AS often FROM test.called WHERE for_b AND code = 'KC003';
SELECT count(*) AS dispatches, (SELECT count(*) FROM command_center.dispatch_events WHERE tenant_id = :b) AS events,
    (SELECT count(*) FROM command_center.transactional_outbox WHERE tenant_id = :b) AS messages
FROM command_center.command_dispatches WHERE tenant_id = :b;
SELECT count(*) > 10 AS a_went_on FROM command_center.command_dispatches WHERE tenant_id = :a;

-- B's tenant is refused in the same words as one that does not exist.
SELECT DISTINCT code, answer FROM test.called WHERE code = 'KC003' AND answer NOT LIKE 'command %' ORDER BY code, answer;

DROP TABLE test.known, test.called CASCADE;
DROP FUNCTION test.pick, test.argument, test.call;
DROP PROCEDURE test.call_at_random;
DROP OWNED BY test_a, test_b;
DROP ROLE test_a, test_b;
