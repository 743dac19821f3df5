-- A role of one tenant never sees anything of another: not in an answer, an error, a detail or a table, whatever it calls with whatever.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.set_topic('b.topic'), command_center.set_topic('c.topic'), command_center.set_topic('a.topic', cleanup => 'compact');
\set a '''0000000a-0000-4000-8000-00000000000a'''
\set b '''cccccccc-0000-4000-8000-00000000000b'''
\set property_of_a '''0000000a-0000-4000-8000-0000000000aa'''
\set property_of_b '''cccccccc-0000-4000-8000-0000000000bb'''
CREATE ROLE test_a;
CREATE ROLE test_b;
SELECT command_center.grant_access(role, level) FROM unnest('{test_a,test_b}'::text[]) AS role, unnest('{reader,dispatcher}'::text[]) AS level;
SELECT command_center.bind_role('test_a', :a), command_center.bind_role('test_b', :b);
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{module-of-few}', required_roles => '{ADMIN}');

-- What tenant B has. Each of its texts begins with "canary".
SELECT command_center.enable_module(:b, 'module-of-few'), command_center.enable_module(:b, 'canary-module');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', :b, :property_of_b, 'staging');
SELECT version FROM command_center.set_feature('observe', 'test.book', 'staging', :b, :property_of_b, 'canary-feature');
SELECT version FROM command_center.set_feature('enabled', tenant_id => :b, limits => '{"per": "tenant", "maxPerMinute": 424242}');
SET ROLE test_b;
SELECT status FROM command_center.execute_command('test.book', '{"id": "canary-payload"}', :b, '{"userId": "canary-user", "role": "canary-role"}',
    'canary-correlation', 'canary-key', :property_of_b, 'staging');
SELECT status FROM command_center.execute_command('test.guarded', '"canary-guarded"', :b, '{"userId": "canary-user", "role": "ADMIN"}', 'canary-correlation');
SELECT command_center.acknowledge_command(:b, command_id, 'failed', 'audit', '{"error": "canary-detail"}') FROM command_center.command_dispatches;
SELECT command_center.publish_event('b.topic', 'canary.type', '{"text": "canary-event"}', :b, 'canary-partition', '{"x-canary": "canary-header"}') IS NOT NULL AS published;
RESET ROLE;

-- What tenant A has; its texts begin with "magpie".
SELECT command_center.enable_module(:a, 'magpie-module');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', :a, :property_of_a, 'staging');
SELECT version FROM command_center.set_feature('observe', 'test.book', 'staging', :a, :property_of_a, 'magpie-feature');
SELECT version FROM command_center.set_feature('enabled', tenant_id => :a, limits => '{"per": "tenant", "maxPerMinute": 414141}');
SET ROLE test_a;
SELECT status FROM command_center.execute_command('test.book', '{"id": "magpie-payload"}', :a, '{"userId": "magpie-user", "role": "magpie-role"}',
    'magpie-correlation', 'magpie-key', :property_of_a, 'staging');
SELECT command_center.acknowledge_command(:a, command_id, 'failed', 'audit', '{"error": "magpie-detail"}') FROM command_center.command_dispatches;
SELECT command_center.publish_event('c.topic', 'magpie.type', '{"text": "magpie-event"}', :a, 'magpie-partition', '{"x-magpie": "magpie-header"}') IS NOT NULL AS published;
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

-- Random calls of every function there is, as a role of each tenant that also knows ids of the other one; the same ones in each run. Both may even
-- call what operators may for a tenant.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'command_center'::regnamespace AND proname NOT IN ('bind_role', 'unbind_role')
            AND ('tenant_id' = ANY (proargnames[1:pronargs]) OR proname IN ('replay_dispatches', 'simulate_route'))
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO test_a, test_b', one);
    END LOOP;
END $$;
SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND has_function_privilege('test_a', oid, 'EXECUTE') ORDER BY proname;
CREATE TABLE test.party (role name, tenant_id uuid, other_tenant_id uuid, mark text, other_mark text, canaries text);
INSERT INTO test.party VALUES
    ('test_a', :a, :b, 'magpie', 'canary', 'canary[-._a-z]*|x-canary|minute": 424242|cccccccc-0000-4000-8000-00000000[0-9a-f]{4}'),
    ('test_b', :b, :a, 'canary', 'magpie', 'magpie[-._a-z]*|x-magpie|minute": 414141|0000000a-0000-4000-8000-00000000[0-9a-f]{4}');
-- Mostly the first, so that many calls get far.
CREATE FUNCTION test.pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT choices[1 + floor(greatest(random() * 2 - 1, 0) * cardinality(choices))::integer] $$;
-- An argument as text; @own and @other stand for the tenants, @mine and @theirs for a command of each, @my and @their for the marks. Of the
-- other's canaries only the key: what a call brings along itself, it may see again.
CREATE FUNCTION test.argument(name text, type regtype) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN name IN ('tenant_id', 'command_id', 'commands', 'filter') OR random() < 0.9 THEN CASE
            -- Of a scope most is left out, so that what one call sets another finds.
            WHEN name IN ('property_id', 'environment', 'role') AND random() < 0.7 THEN NULL
            WHEN name = 'tenant_id' THEN test.pick('@own', '@other', '@other', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            WHEN name = 'filter' THEN test.pick('{"tenantId": "@own", "limit": 3}', '{"tenantId": "@other", "limit": 3}', '{"tenantId": "@other", "afterCommandId": "@theirs"}',
                '{"tenantId": "@own", "status": "failed", "limit": 3}', '{"limit": 3}', '{"tenantId": "@own", "afterCommandId": "@theirs", "limit": 3}')
            WHEN name = 'commands' AND type IN ('jsonb'::regtype, 'text'::regtype) THEN test.pick('[{"commandName": "test.book", "payload": {"id": "a"}, "tenantId": "@own"},
                {"commandName": "test.book", "payload": {}, "tenantId": "@other"}]', '[]', '[null, {}]', '[{"commandName": "test.guarded", "payload": 1, "tenantId": "@other",
                "idempotencyKey": "@their-key"}]', '[{"commandName": "test.book", "payload": {"id": "a"}, "tenantId": "@own", "idempotencyKey": "@their-key"}]', '{}')
            WHEN name = 'command_id' THEN test.pick('@mine', '@theirs', '@theirs', '00000000-0000-0000-0000-000000000000')
            WHEN name = 'command_name' THEN test.pick('test.book', 'test.book', 'test.book', 'test.guarded', 'test.guarded', 'test.none', '', repeat('n', 300))
            WHEN name = 'payload' THEN test.pick('{"id": "a"}', '{"id": "a"}', '{"id": 1}', '"text"', '{}', 'null')
            WHEN name = 'initiator' THEN test.pick('{"role": "ADMIN"}', '{"role": "OTHER"}', '{}', '[]', '{"role": null}')
            WHEN name = 'status' THEN (ARRAY['completed', 'failed', 'active', 'active', 'observe', 'observe', 'healthy', 'accepted', 'received', ''])[ceil(random() * 10)]
            WHEN name = 'expected_version' THEN test.pick(NULL, '0', '1', '2147483647')
            WHEN name = 'policy' THEN test.pick('{"targets": [{"serviceId": "bookings", "weight": 1}]}', '{"targets": []}', '[]')
            WHEN name = 'limits' THEN test.pick(NULL, '{"per": "tenant", "maxPerMinute": 1000000}', '{}')
            WHEN name = 'idempotency_key' THEN test.pick(NULL, '@my-key', '@their-key', 'k', repeat('k', 255), repeat('k', 256), '')
            WHEN name = 'correlation_id' THEN test.pick('@my-correlation', 'c', repeat('c', 255), repeat('c', 256), '')
            WHEN name = 'traceparent' THEN NULL
            WHEN name = 'environment' THEN test.pick('production', 'staging', '', 'no environment')
            WHEN name = 'service_id' THEN test.pick('bookings', 'audit', 'nobody', '')
            WHEN name IN ('received_from', 'received_before') THEN test.pick(NULL, 'infinity', '2000-01-01', '2100-01-01')
            WHEN name IN ('page_size', 'max_messages') THEN test.pick('100', '0', '-1', '2147483647')
            WHEN name = 'reason' THEN test.pick('refused', 'a reason', '', repeat('t', 10000), '%s''"\$')
            WHEN name = 'topic' THEN test.pick('a.topic', '', 'no/topic')
            WHEN type = 'uuid'::regtype THEN test.pick('aaaaaaaa-0000-4000-8000-0000000000aa', '00000000-0000-0000-0000-000000000000')
            WHEN type IN ('text'::regtype, 'name'::regtype) THEN test.pick('test_b', 'test_a', 'bookings', 'default', 'hotel', 'assert', '', repeat('t', 10000), '%s''"\$')
            WHEN type = 'jsonb'::regtype THEN test.pick('{}', '[]', 'null', '1e1000', '{"id": "a"}', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', '{"type": "text"}',
                repeat('[', 1000) || repeat(']', 1000))
            WHEN type IN ('integer'::regtype, 'bigint'::regtype) THEN test.pick('0', '1', '-1', '100', '2147483647', '-2147483648')
            WHEN type = 'boolean'::regtype THEN test.pick('true', 'false')
            WHEN type = 'regclass'::regtype THEN test.pick('command_center.services', 'pg_class', '0')
            WHEN type = 'interval'::regtype THEN test.pick('1 minute', '0', '-1 day', '100000000 years')
            WHEN type = 'timestamptz'::regtype THEN test.pick('infinity', '-infinity', '2000-01-01', '2100-01-01')
            WHEN type = 'text[]'::regtype THEN test.pick('{}', '{a,NULL}')
            WHEN type = 'uuid[]'::regtype THEN test.pick('{}', '{@other}', '{@theirs}')
            WHEN type = 'command_center.command_request[]'::regtype THEN test.pick('{"(test.book,\"{\\\"id\\\": 1}\",@own,,,,,,)","(test.book,{},@other,,,,,,)"}', '{}', '{NULL}',
                '{"(test.guarded,1,@other,,,@their-key,,,)"}', '{"(,,,,,,,,)"}')
        END
    END $$;
-- What the call answers, or the whole of its error.
CREATE FUNCTION test.call(caller name, call text, OUT code text, OUT answer text) LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
    hint text;
    context text;
BEGIN
    code := '00000';
    PERFORM set_config('role', caller, true);
    EXECUTE call INTO answer;
    PERFORM set_config('role', 'none', true);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
    answer := concat_ws(' / ', message, detail, hint, split_part(context, 'SQL statement "' || call, 1));
END $$;
-- Whatever either may read, it reads without a canary of the other.
SELECT role, relation, (outcome).code, (outcome).answer ~ canaries AS has_canaries FROM (
    SELECT role, canaries, oid::regclass AS relation,
        test.call(role, format('SELECT coalesce(string_agg(answer::text, '' ''), '''') FROM %s AS answer', oid::regclass)) AS outcome
    FROM test.party, pg_class
    WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v') AND has_table_privilege(role, oid, 'SELECT')
    OFFSET 0) AS read
ORDER BY role, relation::text;
CREATE TABLE test.called (role name, function regprocedure, call text, for_other boolean, code text, answer text);
CREATE PROCEDURE test.call_at_random(caller name, calls integer) LANGUAGE plpgsql AS $$
DECLARE
    party CONSTANT test.party := (SELECT party FROM test.party WHERE role = caller);
    -- Mostly those that they have a right to.
    functions CONSTANT regprocedure[] := ARRAY(SELECT oid FROM pg_proc, generate_series(1, 6) AS turn
        WHERE pronamespace = 'command_center'::regnamespace AND prorettype <> 'trigger'::regtype AND (turn = 1 OR has_function_privilege(caller, oid, 'EXECUTE'))
        ORDER BY turn, oid::regprocedure::text);
    mine CONSTANT uuid[] := ARRAY(SELECT command_id FROM command_center.command_dispatches WHERE tenant_id = party.tenant_id ORDER BY command_id LIMIT 5);
    theirs CONSTANT uuid[] := ARRAY(SELECT command_id FROM command_center.command_dispatches WHERE tenant_id = party.other_tenant_id ORDER BY command_id LIMIT 5);
    one regprocedure;
    arguments text;
    for_other boolean;
    outcome record;
    turns jsonb := '{}';  -- how often each was called
BEGIN
    FOR number IN 1 .. calls LOOP
        one := functions[1 + (number - 1) % cardinality(functions)];
        -- A new function leaves the draws of the others as they are.
        turns := jsonb_set(turns, ARRAY[one::text], to_jsonb(coalesce((turns ->> one::text)::integer, 0) + 1));
        PERFORM setseed(hashtextextended(one::text, (turns ->> one::text)::integer) / 9223372036854775808.0);
        SELECT string_agg(format('%L::%s', value, type), ', ' ORDER BY ordinality),
            coalesce(bool_or(name = 'tenant_id' AND value = '@other' OR name = 'filter' AND value LIKE '%"tenantId": "@other"%'), false)
        INTO arguments, for_other
        FROM (SELECT name, type, ordinality, test.argument(name, type) AS value
            FROM (SELECT proargnames[ordinality] AS name, type::regtype AS type, ordinality
                FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS types(type, ordinality) WHERE oid = one ORDER BY ordinality) AS parameter
            OFFSET 0) AS argument;
        arguments := replace(replace(arguments, '@own', party.tenant_id::text), '@other', party.other_tenant_id::text);
        arguments := replace(arguments, '@mine', mine[1 + floor(random() * cardinality(mine))::integer]::text);
        arguments := replace(arguments, '@theirs', theirs[1 + floor(random() * cardinality(theirs))::integer]::text);
        arguments := replace(replace(arguments, '@my-', party.mark || '-'), '@their-', party.other_mark || '-');
        arguments := format('SELECT string_agg(answer::text, '' '') FROM %s(%s) AS answer', one::regproc, arguments);
        outcome := test.call(caller, arguments);
        INSERT INTO test.called VALUES (caller, one, arguments, for_other, outcome.code, outcome.answer);
    END LOOP;
END $$;
-- All that a tenant has, table by table.
CREATE FUNCTION test.belongings(tenant_id uuid) RETURNS TABLE (relation regclass, rows bigint, content text) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN SELECT oid FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant_id')
    LOOP
        EXECUTE format('SELECT count(*), md5(string_agg(one::text, '' '' ORDER BY one::text)) FROM %s AS one WHERE tenant_id = $1', relation)
            INTO rows, content USING belongings.tenant_id;
        RETURN NEXT;
    END LOOP;
END $$;
-- What one role does leaves everything of the other's tenant as it was.
CREATE TABLE test.kept AS SELECT * FROM test.belongings(:b);
SELECT relation, rows FROM test.kept ORDER BY relation::text;
-- Notices of names that there are not are many.
SET client_min_messages = warning;
CALL test.call_at_random('test_a', 5000);
SELECT * FROM test.belongings(:b) EXCEPT SELECT * FROM test.kept;
DELETE FROM test.kept;
INSERT INTO test.kept SELECT * FROM test.belongings(:a);
SELECT relation, rows > 0 AS has_rows FROM test.kept ORDER BY relation::text;
CALL test.call_at_random('test_b', 5000);
RESET client_min_messages;
SELECT * FROM test.belongings(:a) EXCEPT SELECT * FROM test.kept;
SELECT role, count(*) AS calls, count(DISTINCT code) > 5 AS many_outcomes FROM test.called GROUP BY role ORDER BY role;
-- Each function worked at least once where they have a right to it, and nowhere else. (A strict function is not called at all with a NULL.)
SELECT role, function FROM test.called WHERE has_function_privilege(role, function, 'EXECUTE')
GROUP BY role, function HAVING count(*) FILTER (WHERE code = '00000') = 0 ORDER BY role, function::text;
SELECT code, count(DISTINCT function) > 20 AS functions FROM test.called
WHERE NOT has_function_privilege(role, function, 'EXECUTE') AND answer IS NOT NULL GROUP BY code;
-- No answer has a canary that the call did not bring along, the other's id, one of its commands or messages.
SELECT role, function, code, left(call, 500) AS call, texts, left(answer, 500) AS answer
FROM test.called JOIN test.party USING (role), LATERAL (
    SELECT string_agg(text[1], ' ') AS texts FROM regexp_matches(answer, canaries, 'g') AS text
    WHERE position(text[1] IN call) = 0 OR text[1] = other_tenant_id::text) AS seen
WHERE texts IS NOT NULL
LIMIT 10;
SELECT role, function, code, left(call, 500) AS call, left(answer, 500) AS answer
FROM (SELECT called.*, other_tenant_id, text[1]::uuid AS id FROM test.called JOIN test.party USING (role),
    LATERAL regexp_matches(answer, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') AS text) AS seen
JOIN (SELECT tenant_id, command_id FROM command_center.command_dispatches UNION ALL SELECT tenant_id, message_id FROM command_center.transactional_outbox) AS ids (tenant_id, id)
    ON ids.tenant_id = other_tenant_id AND ids.id = seen.id
WHERE position(seen.id::text IN call) = 0
LIMIT 10;
-- Nor did any meet a bug.
SELECT role, function, code, left(call, 300) AS call, left(answer, 300) AS answer FROM test.called WHERE code ~ '^(XX|42P|427|58|53)' LIMIT 10;
-- What was asked for the other was refused.
SELECT role, function, code, left(call, 300) AS call, left(answer, 300) AS answer
FROM test.called WHERE for_other AND code = '00000' AND coalesce(answer, '') NOT LIKE '%"accepted": false%' LIMIT 10;
SELECT role, count(*) > 100 AS often FROM test.called WHERE for_other AND code = 'KC003' GROUP BY role ORDER BY role;
SELECT tenant_id, count(*) > 10 AS went_on FROM command_center.command_dispatches GROUP BY tenant_id ORDER BY tenant_id;

-- The other's tenant is refused in the same words as one that does not exist.
SELECT DISTINCT code, answer FROM test.called WHERE code = 'KC003' AND answer NOT LIKE 'command %' ORDER BY code, answer;

DROP TABLE test.party, test.called, test.kept CASCADE;
DROP FUNCTION test.pick, test.argument, test.call, test.belongings;
DROP PROCEDURE test.call_at_random;
DROP OWNED BY test_a, test_b;
DROP ROLE test_a, test_b;
