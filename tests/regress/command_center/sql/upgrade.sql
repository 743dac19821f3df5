-- A database of version 0.1.0, 0.2.0, 0.3.0 or 0.4.0 becomes what a new one is, by ALTER EXTENSION UPDATE and setup(), and keeps its rows.
\set SHOW_CONTEXT never
CALL test.start();
-- Rights that were given once are spelt out ever after, also when they are gone.
CREATE ROLE test_old_service;
GRANT USAGE ON SCHEMA command_center TO test_old_service;
DROP OWNED BY test_old_service;
CREATE TABLE test.fresh AS SELECT * FROM test.catalogue();
SELECT kind, count(*) > 0 AS compared FROM test.fresh WHERE kind IN ('relation', 'column', 'constraint', 'index', 'function', 'member', 'step')
GROUP BY kind ORDER BY kind;

-- Version 0.1.0 with its tables, a catalogue, commands, and a batch that is being published.
DROP EXTENSION command_center;
SET client_min_messages = warning;
DROP SCHEMA command_center CASCADE;
RESET client_min_messages;
CREATE EXTENSION command_center VERSION '0.1.0';
SELECT command_center.setup() AS steps;
SELECT command_center.set_service('bookings');
SELECT command_center.register_command('test.book', '{"type": "object", "required": ["id"]}', default_target => 'bookings', partition_key => '/id');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}');
GRANT USAGE ON SCHEMA command_center TO test_old_service;
GRANT EXECUTE ON FUNCTION command_center.execute_command TO test_old_service;
INSERT INTO command_center.command_dispatches (tenant_id, command_id, command_name, template_version, mode, target_service, environment, sticky_key,
    correlation_id, payload_sha256, received_at, transaction_id, "position")
SELECT test.tenant(), id, 'test.book', 1, 'execute', 'bookings', 'production', 'r', id::text, '\x00', now(), pg_current_xact_id(),
    nextval('command_center.outbox_position')
FROM (SELECT (lpad(to_hex(floor(extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid AS id) AS made;
INSERT INTO command_center.transactional_outbox
SELECT "position", transaction_id, tenant_id, command_id, command_id, 'commands.primary', 'r', '{"x-command-name": "test.book"}', '{"n": 1}'
FROM command_center.command_dispatches;
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
CREATE TABLE test.before AS
    SELECT 'dispatch' AS kind, to_jsonb(dispatch) AS old FROM command_center.command_dispatches AS dispatch
    UNION ALL SELECT 'message', to_jsonb(message) FROM command_center.transactional_outbox AS message
    UNION ALL SELECT 'batch', to_jsonb(batch) FROM command_center.publication_batches AS batch
    UNION ALL SELECT 'route', to_jsonb(route) FROM command_center.command_routes AS route
    UNION ALL SELECT 'template', to_jsonb(template) FROM command_center.command_templates AS template
    UNION ALL SELECT 'publisher', to_jsonb(publisher) FROM command_center.publishers AS publisher;
SELECT count(*) FROM test.before;

-- Who might send commands under 0.1.0 goes on, for every tenant: with the new library, after the update and after setup().
PREPARE book AS SELECT status FROM command_center.execute_command('test.book', '{"id": "o"}', '00000000-0000-0000-0000-000000000009');
BEGIN;
SET LOCAL ROLE test_old_service;
EXECUTE book;
ROLLBACK;

ALTER EXTENSION command_center UPDATE;
BEGIN;
SET LOCAL ROLE test_old_service;
EXECUTE book;
ROLLBACK;
SELECT extversion = (SELECT default_version FROM pg_available_extensions WHERE name = 'command_center') AS is_current
FROM pg_extension WHERE extname = 'command_center';

-- Until setup() has run, every function works or refuses with a code of ours and a hint; none of them stumbles over a missing table.
CREATE FUNCTION test.stumbles(function regprocedure) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    arguments text;
    code text;
    message text;
    hint text;
BEGIN
    SELECT string_agg(CASE type::regtype
        WHEN 'text'::regtype THEN '''default''::text' WHEN 'jsonb'::regtype THEN '''{}''::jsonb' WHEN 'uuid'::regtype THEN 'test.tenant()'
        WHEN 'integer'::regtype THEN '1' WHEN 'bigint'::regtype THEN '1::bigint' WHEN 'boolean'::regtype THEN 'false'
        WHEN 'text[]'::regtype THEN '''{}''::text[]' WHEN 'interval'::regtype THEN '''1 minute''::interval'
        WHEN 'timestamptz'::regtype THEN 'now()' ELSE format('NULL::%s', type::regtype) END, ', ' ORDER BY ordinality)
    INTO arguments
    FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS argument(type, ordinality) WHERE pg_proc.oid = function;
    EXECUTE format('SELECT count(*) FROM %s(%s) AS answer', function::regproc, arguments);
    RAISE EXCEPTION USING ERRCODE = 'KC000', HINT = 'It worked; take it back.';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    IF code IN ('42P01', '42703') OR code LIKE 'XX%' OR code = 'KC015' AND hint = '' THEN
        RETURN format('%s %s', code, message);
    END IF;
    RETURN NULL;
END $$;
SELECT oid::regprocedure AS function, test.stumbles(oid) FROM pg_proc
WHERE pronamespace = 'command_center'::regnamespace AND prokind = 'f' AND prorettype <> 'trigger'::regtype AND proname <> 'setup'
    AND test.stumbles(oid) IS NOT NULL ORDER BY 1::text;

SELECT command_center.setup() = (SELECT count(*) FROM test.fresh WHERE kind = 'step') - 10 AS took_the_new_steps;
SELECT command_center.setup() AS steps;
BEGIN;
SET LOCAL ROLE test_old_service;
EXECUTE book;
ROLLBACK;
SELECT role, tenant_id IS NULL AS every_tenant FROM command_center.tenant_roles;
DROP OWNED BY test_old_service;
DROP ROLE test_old_service;

-- The same functions, comments, rights, tables, constraints, indexes and policies as in a new database.
SELECT 'only new' AS side, * FROM (TABLE test.fresh EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only upgraded', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.fresh) AS extra
ORDER BY 1, 2, 3;

-- Every row is there; a column that a later version added does not count.
SELECT kind, count(*) FROM test.before WHERE NOT EXISTS (
    SELECT FROM (
        SELECT to_jsonb(dispatch) AS new FROM command_center.command_dispatches AS dispatch
        UNION ALL SELECT to_jsonb(message) FROM command_center.transactional_outbox AS message
        UNION ALL SELECT to_jsonb(batch) FROM command_center.publication_batches AS batch
        UNION ALL SELECT to_jsonb(route) FROM command_center.command_routes AS route
        UNION ALL SELECT to_jsonb(template) FROM command_center.command_templates AS template
        UNION ALL SELECT to_jsonb(publisher) FROM command_center.publishers AS publisher) AS now
    WHERE new @> old)
GROUP BY kind;

-- The batch that was open is the one to publish, then a command of the new version follows.
SELECT status FROM command_center.execute_command('test.book', '{"id": "s"}', test.tenant());
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT value FROM command_center.batch_messages('default', 1);
SELECT batch_id, messages FROM command_center.next_batch('default', 1);

-- The same from 0.2.0, with everything that it could keep.
SET client_min_messages = warning;
DROP TABLE test.before;
DROP EXTENSION command_center;
DROP SCHEMA command_center CASCADE;
RESET client_min_messages;
CREATE EXTENSION command_center VERSION '0.2.0';
SELECT command_center.setup() > 0 AS took_steps;
CREATE ROLE test_old_service;
CREATE ROLE test_old_operator;
SELECT command_center.grant_access('test_old_service', 'dispatcher'), command_center.grant_access('test_old_operator', 'operator'),
    command_center.bind_role('test_old_service', test.tenant());
GRANT USAGE ON SCHEMA test TO test_old_service, test_old_operator;
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"done": true}'::jsonb $$;
SELECT command_center.set_service('bookings', topic => 'bookings.commands'), command_center.set_service('audit', owner => 'team'),
    command_center.set_service('inside', handler => 'test.handle(command_center.accepted_command)');
SELECT count(*) FROM command_center.register_schema('https://test.example/id', '{"type": "string"}');
SELECT count(*) FROM command_center.register_command('test.book', '{"type": "object", "properties": {"id": {"$ref": "https://test.example/id"}}}', default_target => 'bookings',
    partition_key => '/id', ordered => true, sla => '1 hour', required_modules => '{core}');
SELECT count(*) FROM command_center.register_command('test.inside', 'true', default_target => 'inside');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}', test.tenant());
SELECT command_center.enable_module(test.tenant(), 'core');
-- In the spelling of 0.2.0, as its functions stored it.
INSERT INTO command_center.command_features (feature_id, command_name, status, limits)
VALUES ('00000000-0000-7000-8000-00000000000f', 'test.book', 'enabled', '{"per": "tenant", "burst": 5, "max_per_minute": 60, "cooldown_seconds": 1}');
SET ROLE test_old_service;
SELECT status, replayed FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'key');
SELECT status FROM command_center.execute_command('test.inside', '{}', test.tenant());
SELECT command_center.publish_event('old.events', 'old.happened', '{}', test.tenant()) IS NOT NULL AS queued;
RESET ROLE;
SELECT command_center.acknowledge_command(tenant_id, command_id, 'failed', 'audit', '{"why": "old"}')
FROM command_center.command_dispatches WHERE command_name = 'test.book';
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT granted FROM command_center.acquire_lease('default', 'old-relay', '1 minute');

-- Every row of every table; which those are, the catalogue knows.
CREATE FUNCTION test.rows() RETURNS TABLE (relation text, content jsonb) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN SELECT relname FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
        RETURN QUERY EXECUTE format('SELECT %L::text, to_jsonb(kept) FROM command_center.%I AS kept', relation, relation);
    END LOOP;
END $$;
CREATE TABLE test.before AS SELECT * FROM test.rows();
SELECT relation, count(*) FROM test.before WHERE relation <> 'setup_steps' GROUP BY relation ORDER BY relation COLLATE "C";

-- What worked goes on at each stage: retries, commands, handlers, events, reports, control and the relay.
CREATE PROCEDURE test.go_on(stage text) LANGUAGE plpgsql AS $$
DECLARE
    retried boolean;
    handled boolean;
    handled_id uuid;
BEGIN
    SET LOCAL ROLE test_old_service;
    retried := (command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'key')).replayed;
    handled_id := (command_center.execute_command('test.inside', '{}', test.tenant())).command_id;
    handled := command_center.get_dispatch(test.tenant(), handled_id) ->> 'status' = 'completed';
    PERFORM command_center.execute_command('test.book', '{"id": "b"}', test.tenant());
    PERFORM command_center.publish_event('old.events', 'old.happened', '{}', test.tenant());
    RESET ROLE;
    SET LOCAL ROLE test_old_operator;
    PERFORM command_center.set_service('audit', owner => stage);
    PERFORM command_center.replay_dispatch(tenant_id, command_id, 'upgrade') FROM command_center.command_dispatches WHERE command_name = 'test.book' LIMIT 1;
    RESET ROLE;
    RAISE NOTICE '%: retried %, handled %, sent %', stage, retried, handled, (SELECT count(*) FROM command_center.transactional_outbox);
    ROLLBACK;
END $$;
CALL test.go_on('with the new library');
ALTER EXTENSION command_center UPDATE;
CALL test.go_on('after the update');
SELECT oid::regprocedure AS function, test.stumbles(oid) FROM pg_proc
WHERE pronamespace = 'command_center'::regnamespace AND prokind = 'f' AND prorettype <> 'trigger'::regtype AND proname <> 'setup'
    AND test.stumbles(oid) IS NOT NULL ORDER BY 1::text;
SELECT command_center.setup() > 0 AS took_steps;
SELECT command_center.setup() AS steps;
CALL test.go_on('after setup()');
DROP OWNED BY test_old_service, test_old_operator;
DROP ROLE test_old_service, test_old_operator;

SELECT 'only new' AS side, * FROM (TABLE test.fresh EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only upgraded', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.fresh) AS extra
ORDER BY 1, 2, 3;
-- Rows that are not as they were, and what they are now; a column that was added does not count.
SELECT relation, content - 'changed_at' AS content FROM test.before
WHERE NOT EXISTS (SELECT FROM test.rows() AS now WHERE now.relation = before.relation AND now.content @> before.content) ORDER BY 1, 2;
SELECT limits FROM command_center.command_features;
-- The relay goes on with the batch that was open.
SELECT granted, term FROM command_center.acquire_lease('default', 'old-relay', '1 minute');
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT batch_id, messages FROM command_center.next_batch('default', 1);

-- The same from 0.3.0.
SET client_min_messages = warning;
DROP FUNCTION test.handle CASCADE;
DROP TABLE test.before;
DROP EXTENSION command_center;
DROP SCHEMA command_center CASCADE;
RESET client_min_messages;
CREATE EXTENSION command_center VERSION '0.3.0';
SELECT command_center.setup() > 0 AS took_steps;
CREATE ROLE test_old_service;
CREATE ROLE test_old_operator;
SELECT command_center.grant_access('test_old_service', 'dispatcher'), command_center.grant_access('test_old_operator', 'operator'),
    command_center.bind_role('test_old_service', test.tenant());
GRANT USAGE ON SCHEMA test TO test_old_service, test_old_operator;
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"done": true}'::jsonb $$;
SELECT command_center.set_service('bookings', topic => 'bookings.commands'), command_center.set_service('audit', owner => 'team'),
    command_center.set_service('inside', handler => 'test.handle(command_center.accepted_command)');
SELECT count(*) FROM command_center.register_schema('https://test.example/id', '{"type": "string"}');
SELECT count(*) FROM command_center.register_command('test.book', '{"type": "object", "properties": {"id": {"$ref": "https://test.example/id"}}}', default_target => 'bookings',
    partition_key => '/id', ordered => true, sla => '1 hour', required_modules => '{core}');
SELECT count(*) FROM command_center.register_command('test.inside', 'true', default_target => 'inside');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}', test.tenant());
SELECT command_center.enable_module(test.tenant(), 'core');
SELECT command_center.set_topic('old.events') > 0 AS declared;
SET ROLE test_old_service;
SELECT status, replayed FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'key');
SELECT status FROM command_center.execute_command('test.inside', '{}', test.tenant());
SELECT command_center.publish_event('old.events', 'old.happened', '{}', test.tenant()) IS NOT NULL AS queued;
RESET ROLE;
SELECT command_center.acknowledge_command(tenant_id, command_id, 'failed', 'audit', '{"why": "old"}')
FROM command_center.command_dispatches WHERE command_name = 'test.book';
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT granted FROM command_center.acquire_lease('default', 'old-relay', '1 minute');

CREATE TABLE test.before AS SELECT * FROM test.rows();
SELECT relation, count(*) FROM test.before WHERE relation <> 'setup_steps' GROUP BY relation ORDER BY relation COLLATE "C";
CALL test.go_on('with the new library');
ALTER EXTENSION command_center UPDATE;
CALL test.go_on('after the update');
SELECT oid::regprocedure AS function, test.stumbles(oid) FROM pg_proc
WHERE pronamespace = 'command_center'::regnamespace AND prokind = 'f' AND prorettype <> 'trigger'::regtype AND proname <> 'setup'
    AND test.stumbles(oid) IS NOT NULL ORDER BY 1::text;
SELECT command_center.setup() > 0 AS took_steps;
SELECT command_center.setup() AS steps;
CALL test.go_on('after setup()');
DROP OWNED BY test_old_service, test_old_operator;
DROP ROLE test_old_service, test_old_operator;

SELECT 'only new' AS side, * FROM (TABLE test.fresh EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only upgraded', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.fresh) AS extra
ORDER BY 1, 2, 3;
-- Rows that are not as they were, and what they are now; a column that was added does not count.
SELECT relation, content - 'changed_at' AS content FROM test.before
WHERE NOT EXISTS (SELECT FROM test.rows() AS now WHERE now.relation = before.relation AND now.content @> before.content) ORDER BY 1, 2;
-- The relay goes on with the batch that was open.
SELECT granted, term FROM command_center.acquire_lease('default', 'old-relay', '1 minute');
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT batch_id, messages FROM command_center.next_batch('default', 1);
-- The same from 0.4.0.
SET client_min_messages = warning;
DROP FUNCTION test.handle CASCADE;
DROP TABLE test.before;
DROP EXTENSION command_center;
DROP SCHEMA command_center CASCADE;
RESET client_min_messages;
CREATE EXTENSION command_center VERSION '0.4.0';
SELECT command_center.setup() > 0 AS took_steps;
CREATE ROLE test_old_service;
CREATE ROLE test_old_operator;
SELECT command_center.grant_access('test_old_service', 'dispatcher'), command_center.grant_access('test_old_operator', 'operator'),
    command_center.bind_role('test_old_service', test.tenant());
GRANT USAGE ON SCHEMA test TO test_old_service, test_old_operator;
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"done": true}'::jsonb $$;
SELECT command_center.set_service('bookings', topic => 'bookings.commands'), command_center.set_service('audit', owner => 'team'),
    command_center.set_service('inside', handler => 'test.handle(command_center.accepted_command)');
SELECT count(*) FROM command_center.register_schema('https://test.example/id', '{"type": "string"}');
SELECT count(*) FROM command_center.register_command('test.book', '{"type": "object", "properties": {"id": {"$ref": "https://test.example/id"}}}', default_target => 'bookings',
    partition_key => '/id', ordered => true, sla => '1 hour', required_modules => '{core}');
SELECT count(*) FROM command_center.register_command('test.inside', 'true', default_target => 'inside');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}', test.tenant());
SELECT command_center.enable_module(test.tenant(), 'core');
SELECT command_center.set_topic('old.events') > 0 AS declared;
CREATE FUNCTION test.ignore(message command_center.kafka_message) RETURNS void LANGUAGE sql AS '';
SELECT command_center.set_subscription('guests', '{guests}', 'test.ignore(command_center.kafka_message)');
SELECT topic, next_offset FROM command_center.begin_consuming('guests', (SELECT subscription_id FROM command_center.subscriptions), ARRAY[ROW('guests', 0, 5, 1, 9)::command_center.consumer_position]);
SET ROLE test_old_service;
SELECT status, replayed FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'key');
SELECT status FROM command_center.execute_command('test.inside', '{}', test.tenant());
SELECT command_center.publish_event('old.events', 'old.happened', '{}', test.tenant()) IS NOT NULL AS queued;
RESET ROLE;
SELECT command_center.acknowledge_command(tenant_id, command_id, 'failed', 'audit', '{"why": "old"}')
FROM command_center.command_dispatches WHERE command_name = 'test.book';
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT granted FROM command_center.acquire_lease('default', 'old-relay', '1 hour');
-- One message is put aside, the others of the batch are to be published.
SELECT command_center.park_messages('default', 'old-relay', 1, ARRAY["position"], ARRAY[message_id], ARRAY['too large'])
FROM command_center.batch_messages('default', 1) ORDER BY "position" LIMIT 1;

CREATE TABLE test.before AS SELECT * FROM test.rows();
SELECT relation, count(*) FROM test.before WHERE relation <> 'setup_steps' GROUP BY relation ORDER BY relation COLLATE "C";
CALL test.go_on('with the new library');
ALTER EXTENSION command_center UPDATE;
CALL test.go_on('after the update');
SELECT oid::regprocedure AS function, test.stumbles(oid) FROM pg_proc
WHERE pronamespace = 'command_center'::regnamespace AND prokind = 'f' AND prorettype <> 'trigger'::regtype AND proname <> 'setup'
    AND test.stumbles(oid) IS NOT NULL ORDER BY 1::text;
SELECT command_center.setup() > 0 AS took_steps;
SELECT command_center.setup() AS steps;
CALL test.go_on('after setup()');
DROP OWNED BY test_old_service, test_old_operator;
DROP ROLE test_old_service, test_old_operator;

SELECT 'only new' AS side, * FROM (TABLE test.fresh EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only upgraded', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.fresh) AS extra
ORDER BY 1, 2, 3;
-- Rows that are not as they were, and what they are now; a column that was added does not count.
SELECT relation, content - 'changed_at' AS content FROM test.before
WHERE NOT EXISTS (SELECT FROM test.rows() AS now WHERE now.relation = before.relation AND now.content @> before.content) ORDER BY 1, 2;
-- The relay goes on with the batch that was open.
SELECT granted, term FROM command_center.acquire_lease('default', 'old-relay', '1 hour');
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT batch_id, messages FROM command_center.next_batch('default', 1);
DROP FUNCTION test.handle, test.ignore CASCADE;
DROP FUNCTION test.rows;
DROP PROCEDURE test.go_on;
DROP TABLE test.fresh, test.before;
DROP FUNCTION test.stumbles;
