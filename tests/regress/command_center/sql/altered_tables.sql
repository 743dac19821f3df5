-- Whatever somebody makes of the tables of setup(): the server lives, a call answers what is right or a clear error, and doctor() says what it was.
-- Every function has a step, and every kind of alteration is made of every table. The steps take turns, since all of them with each alteration take
-- minutes: PGOPTIONS='-c test.turns=1' has it so.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = error;
SET jit = off;
CALL test.start();
SELECT FROM command_center.register_command('test.ordered', 'true', default_target => 'bookings', ordered => true, sla => '1 hour');
SELECT FROM command_center.set_topic('a.topic');
SELECT command_center.enable_module(test.tenant(), 'billing');
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{billing}');
SELECT FROM command_center.register_command('test.routed', 'true', default_target => 'bookings');
SELECT FROM command_center.set_route('test.routed', '{"targets": [{"serviceId": "audit", "weight": 1}]}');
SELECT FROM command_center.register_command('test.observed', 'true', default_target => 'bookings');
SELECT FROM command_center.set_feature('observe', 'test.observed');
SELECT FROM command_center.register_schema('https://x.test/a', '{"type": "string"}'), command_center.register_command('test.referring', '{"$ref": "https://x.test/a"}', default_target => 'bookings');
SELECT FROM command_center.set_topic('compacted', cleanup => 'compact'), command_center.register_event('a.declared', 'a.topic', '{"type": "object"}');
CREATE FUNCTION test.take(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF message.value = 'bad' THEN RAISE 'bad'; END IF; END $$;
SELECT FROM command_center.set_subscription('a.subscription', '{a.topic}', 'test.take(command_center.kafka_message)', max_attempts => 1);
SELECT FROM command_center.begin_consuming('a.subscription', (SELECT subscription_id FROM command_center.subscriptions), ARRAY[ROW('a.topic', 0, 0, 1, 9)::command_center.consumer_position]);
SELECT FROM command_center.apply_messages('a.subscription', (SELECT subscription_id FROM command_center.subscriptions), ARRAY[ROW('a.topic', 0, 0, 1, 9)::command_center.consumer_position],
    ARRAY[ROW('a.topic', 0, 0, NULL, 'k', 'bad', NULL, NULL, NULL, NULL)::command_center.kafka_message]);
-- A few days are enough, and quicker to alter.
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r'
            AND right(relname, 8) > to_char((now() + interval '1 day') AT TIME ZONE 'UTC', 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
END $$;
-- What each step begins with: committed, not published.
SELECT count(*) FROM generate_series(1, 3) AS n CROSS JOIN LATERAL command_center.execute_command('test.book', jsonb_build_object('id', n::text), test.tenant(),
    idempotency_key => 'old ' || n) AS accepted;
CREATE TABLE test.old AS SELECT command_id FROM command_center.command_dispatches ORDER BY command_id LIMIT 1;

-- A role whose reading goes through row security.
CREATE ROLE test_reader;
SELECT command_center.grant_access('test_reader', 'reader'), command_center.bind_role('test_reader', test.tenant());
GRANT USAGE ON SCHEMA test TO test_reader;
CREATE FUNCTION test.read(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    PERFORM set_config('role', 'test_reader', true);
    EXECUTE statement INTO answer;
    PERFORM set_config('role', 'none', true);
    RETURN answer;
END $$;

-- What each step answers: the same each time, since all that it did is undone; or the SQLSTATE of an error. And which tables it locked.
CREATE TYPE test.outcome AS (answer text, touched text[]);
CREATE FUNCTION test.step(statement text) RETURNS test.outcome LANGUAGE plpgsql AS $$
DECLARE
    outcome test.outcome;
BEGIN
    EXECUTE statement INTO outcome.answer;
    outcome.answer := coalesce(outcome.answer, 'NULL');
    outcome.touched := ARRAY(SELECT DISTINCT coalesce(above.relname, locked.relname) FROM pg_locks JOIN pg_class AS locked ON locked.oid = relation
        LEFT JOIN pg_inherits ON inhrelid = locked.oid LEFT JOIN pg_class AS above ON above.oid = inhparent
        WHERE pid = pg_backend_pid() AND locked.relnamespace = 'command_center'::regnamespace);
    RAISE EXCEPTION USING ERRCODE = 'TT001';
EXCEPTION
    WHEN SQLSTATE 'TT001' THEN RETURN outcome;
    WHEN OTHERS THEN RETURN ROW(SQLSTATE, NULL::text[])::test.outcome;
END $$;

-- Each function that SQL can call is in one of them.
CREATE TABLE test.steps (number serial, name text, statement text, answer text, touched text[], is_slow boolean);
INSERT INTO test.steps (name, statement) VALUES
    ('execute', $q$SELECT concat_ws(' ', status, replayed, mode, target_service) FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'a')$q$),
    ('retry', $q$SELECT concat_ws(' ', second.replayed, second.command_id = first.command_id) FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'a') AS first
        CROSS JOIN LATERAL command_center.execute_command('test.book', '{"id": "a"}', (SELECT test.tenant() WHERE first.command_id IS NOT NULL), idempotency_key => 'a') AS second$q$),
    ('retry of an old one', $q$SELECT concat_ws(' ', status, replayed, mode, target_service) FROM command_center.execute_command('test.book', '{"id": "1"}', test.tenant(), idempotency_key => 'old 1')$q$),
    ('other content', $q$SELECT (test.step($p$SELECT mode FROM command_center.execute_command('test.book', '{"id": "b"}', test.tenant(), idempotency_key => 'old 1')$p$)).answer$q$),
    ('ordered', $q$SELECT concat_ws(' ', status, replayed) FROM command_center.execute_command('test.ordered', '{}', test.tenant(), initiator => '{"role": "r"}')$q$),
    ('guarded', $q$SELECT concat_ws(' ', status, replayed) FROM command_center.execute_command('test.guarded', '{}', test.tenant())$q$),
    ('routed', $q$SELECT concat_ws(' ', status, target_service) FROM command_center.execute_command('test.routed', '{}', test.tenant())$q$),
    ('observed', $q$SELECT concat_ws(' ', status, mode) FROM command_center.execute_command('test.observed', '{}', test.tenant())$q$),
    ('referring', $q$SELECT concat_ws(' ', status, mode) FROM command_center.execute_command('test.referring', '"b"', test.tenant())$q$),
    ('batch', $q$SELECT string_agg(concat_ws(' ', ordinal, status, sqlstate), ', ' ORDER BY ordinal) FROM command_center.execute_commands(ARRAY[
        ROW('test.book', '{"id": "c"}', test.tenant(), NULL, NULL, 'c', NULL, NULL, NULL)::command_center.command_request,
        ROW('test.book', '{"id": "d"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request,
        ROW('test.book', '{"id": "1"}', test.tenant(), NULL, NULL, 'old 1', NULL, NULL, NULL)::command_center.command_request])$q$),
    ('batch of JSON', $q$SELECT string_agg(concat_ws(' ', ordinal, status, sqlstate), ', ' ORDER BY ordinal) FROM command_center.execute_commands(
        jsonb_build_array(jsonb_build_object('commandName', 'test.book', 'payload', jsonb_build_object('id', 'c'), 'tenantId', test.tenant())))$q$),
    ('event', $q$SELECT (command_center.publish_event('compacted', 'a.type', '{}', test.tenant(), partition_key => 'k') IS NOT NULL)::text$q$),
    ('declared event', $q$SELECT (command_center.publish_event('a.topic', 'a.declared', '{}', test.tenant()) IS NOT NULL)::text$q$),
    ('tombstone', $q$SELECT (command_center.publish_event('compacted', 'a.type', NULL, test.tenant(), partition_key => 'k') IS NOT NULL)::text$q$),
    ('explain event', $q$SELECT length(command_center.explain_event('a.topic', 'a.declared', '{}', test.tenant())::text) > 0$q$),
    ('acknowledge', $q$SELECT command_center.acknowledge_command(test.tenant(), command_id, 'completed', 'bookings', '{"a": 1}')::text FROM test.old$q$),
    ('get', $q$SELECT concat_ws(' ', found ->> 'status', found ->> 'commandName', found -> 'published' ->> 'state') FROM test.old, command_center.get_dispatch(test.tenant(), command_id) AS found$q$),
    ('list', $q$SELECT string_agg(concat_ws(' ', command_name, status, target_service, mode), ', ') FROM command_center.list_dispatches(test.tenant())$q$),
    ('find', $q$SELECT string_agg(concat_ws(' ', tenant_id, command_name, status, target_service, mode), ', ') FROM command_center.find_dispatches()$q$),
    ('replay', $q$SELECT string_agg(target_service, ', ') FROM test.old, command_center.replay_dispatch(test.tenant(), command_id, 'late')$q$),
    ('replays', $q$SELECT string_agg(concat_ws(' ', outcome, messages, sqlstate), ', ') FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 10), 'late', dry_run => true)$q$),
    ('publish', $q$SELECT string_agg(concat_ws(' ', topic, partition_key, value::jsonb -> 'payload', headers::jsonb ? 'ce_id'), ', ' ORDER BY "position") FROM command_center.next_batch('default', 0) AS next,
        command_center.batch_messages('default', next.batch_id)$q$),
    ('resume', $q$SELECT concat_ws(' ', command_center.resume_publication('default', NULL), command_center.recorded_progress('default'))$q$),
    ('rebase', $q$SELECT concat_ws(' ', rebased ->> 'published', rebased ->> 'unpublished') FROM command_center.rebase_outbox('default', NULL) AS rebased$q$),
    ('publishers', $q$SELECT command_center.set_publishers(2)::text$q$),
    ('publisher of a shard', $q$SELECT command_center.publisher_of_shard(1, 1)$q$),
    ('identity', $q$SELECT (command_center.publisher_identity('default') = command_center.database_identity())::text$q$),
    ('wait', $q$SELECT command_center.wait_for_outbox('0') >= 0$q$),
    ('lease', $q$SELECT concat_ws(' ', granted, term, current_holder, command_center.release_lease('default', 'a')) FROM command_center.acquire_lease('default', 'a', '5 seconds')$q$),
    ('park', $q$WITH first AS MATERIALIZED (SELECT opened.batch_id, "position", message_id, topic FROM command_center.next_batch('default', 0) AS opened,
        command_center.batch_messages('default', opened.batch_id) ORDER BY "position" LIMIT 1)
        SELECT concat_ws(' ', (SELECT granted FROM command_center.acquire_lease('default', 'a', '5 seconds')), command_center.park_messages('default', 'a', batch_id, ARRAY["position"], ARRAY[message_id], '{refused}'),
        command_center.release_parked(ARRAY[message_id], 'late'), (SELECT count(*) FROM command_center.list_parked())) FROM first$q$),
    ('parked through', $q$SELECT (command_center.parked_through('default') IS NULL)::text$q$),
    ('discard', $q$WITH first AS MATERIALIZED (SELECT opened.batch_id, "position", message_id, topic FROM command_center.next_batch('default', 0) AS opened,
        command_center.batch_messages('default', opened.batch_id) ORDER BY "position" LIMIT 1)
        SELECT concat_ws(' ', (SELECT granted FROM command_center.acquire_lease('default', 'a', '5 seconds')), command_center.park_messages('default', 'a', batch_id, ARRAY["position"], ARRAY[message_id], '{refused}'),
        (SELECT discarded FROM command_center.discard_parked(ARRAY[message_id], 'late'))) FROM first$q$),
    ('hold', $q$WITH first AS MATERIALIZED (SELECT opened.batch_id, "position", message_id, topic FROM command_center.next_batch('default', 0) AS opened,
        command_center.batch_messages('default', opened.batch_id) ORDER BY "position" LIMIT 1)
        SELECT concat_ws(' ', (SELECT granted FROM command_center.acquire_lease('default', 'a', '5 seconds')), command_center.hold_topic('default', 'a', batch_id, 0, topic, 'gone'),
        (SELECT count(*) FROM command_center.list_topic_holds('default')), command_center.free_topic('default', 'a', topic)) FROM first$q$),
    ('explain', $q$SELECT concat_ws(' ', explained ->> 'accepted', explained ->> 'targetService', explained ->> 'mode') FROM command_center.explain_command('test.book', '{"id": "a"}', test.tenant()) AS explained$q$),
    ('simulate', $q$SELECT string_agg(concat_ws(' ', target_service, dispatches, dispatched_before), ', ') FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', 100)$q$),
    ('services', $q$SELECT concat_ws(' ', command_center.set_service('third', topic => 'third'), (SELECT string_agg(concat_ws(' ', service_id, status, topic), ', ' ORDER BY service_id) FROM command_center.list_services()),
        command_center.remove_service('third'))$q$),
    ('routes', $q$SELECT concat_ws(' ', (command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}')).version,
        (SELECT string_agg(concat_ws(' ', command_name, version, policy, status), ', ' ORDER BY command_name) FROM command_center.list_routes()), (command_center.remove_route('test.routed')).version)$q$),
    ('features', $q$SELECT concat_ws(' ', (command_center.set_feature('observe', 'test.book')).version,
        (SELECT string_agg(concat_ws(' ', command_name, version, status), ', ' ORDER BY command_name) FROM command_center.list_features()), (command_center.remove_feature('test.observed')).version)$q$),
    ('environments', $q$SELECT concat_ws(' ', command_center.set_environment('third', true), (SELECT string_agg(concat_ws(' ', environment, is_open), ', ' ORDER BY environment) FROM command_center.list_environments()),
        command_center.remove_environment('third'), command_center.remove_environment('staging'))$q$),
    ('topics', $q$SELECT concat_ws(' ', command_center.set_topic('third', partitions => 3), (SELECT string_agg(concat_ws(' ', topic, kind, version, cleanup, envelope), ', ' ORDER BY topic) FROM command_center.list_topics()),
        command_center.remove_topic('compacted'), command_center.set_undeclared_topics('allow'))$q$),
    ('events', $q$SELECT concat_ws(' ', (SELECT count(*) FROM command_center.register_event('b.type', 'a.topic')),
        (SELECT string_agg(concat_ws(' ', event_type, version, status, topic), ', ' ORDER BY event_type) FROM command_center.list_events()), command_center.deprecate_event('a.declared'))$q$),
    ('subscriptions', $q$SELECT concat_ws(' ', command_center.set_subscription('a.subscription', start_at => 'latest'), command_center.set_subscription('b.subscription', '{b.topic}', 'test.take(command_center.kafka_message)'),
        command_center.reset_subscription('b.subscription'), (SELECT string_agg(concat_ws(' ', subscription, version, status, topics, start_at, dead_letter_topic), ', ' ORDER BY subscription) FROM command_center.list_subscriptions()),
        command_center.remove_subscription('b.subscription'))$q$),
    ('begin', $q$SELECT string_agg(concat_ws(' ', topic, partition, next_offset), ', ' ORDER BY partition) FROM command_center.begin_consuming('a.subscription',
        (SELECT subscription_id FROM command_center.subscriptions), ARRAY[ROW('a.topic', 1, 7, 1, 9)::command_center.consumer_position])$q$),
    ('apply', $q$SELECT concat_ws(' ', (SELECT concat_ws(' ', status, next_offset, handled, dead_letters) FROM command_center.apply_messages('a.subscription', (SELECT subscription_id FROM command_center.subscriptions),
        ARRAY[ROW('a.topic', 0, 1, 1, 9)::command_center.consumer_position], ARRAY[ROW('a.topic', 0, 1, NULL, 'k', '{}', NULL, NULL, NULL, NULL), ROW('a.topic', 0, 2, NULL, 'k', 'bad', NULL, NULL, NULL, NULL)]::command_center.kafka_message[])),
        (SELECT string_agg(concat_ws(' ', partition, next_offset, lag), ', ' ORDER BY partition) FROM command_center.list_consumer_offsets()))$q$),
    ('move an offset', $q$SELECT command_center.move_consumer_offset('a.subscription', 'a.topic', 0, 5, 'a test')::text$q$),
    ('dead letters', $q$SELECT concat_ws(' ', (SELECT string_agg(concat_ws(' ', outcome, sqlstate, message), ', ') FROM command_center.replay_dead_letters('a.subscription', 'late')),
        command_center.discard_dead_letters('a.subscription', 'late'), (SELECT string_agg(concat_ws(' ', status, topic, key, value, headers, sqlstate), ', ') FROM command_center.list_dead_letters(status => NULL)))$q$),
    ('acknowledge by message', $q$SELECT command_center.acknowledge_message(ROW('a', 0, 0, NULL, NULL, jsonb_build_object('commandId', command_id, 'tenantId', test.tenant(), 'status', 'completed', 'service', 'bookings')::text,
        NULL, NULL, NULL, NULL)::command_center.kafka_message)::text FROM test.old$q$),
    ('asyncapi', $q$SELECT md5(command_center.asyncapi()::text)$q$),
    ('register', $q$SELECT count(*)::text FROM command_center.register_command('test.book', 'true', default_target => 'audit')$q$),
    ('commands', $q$SELECT concat_ws(' ', (SELECT string_agg(concat_ws(' ', command_name, version, status, default_target), ', ' ORDER BY command_name) FROM command_center.list_commands()),
        (SELECT string_agg(concat_ws(' ', version, status), ', ' ORDER BY version) FROM command_center.list_command_versions('test.book')), command_center.deprecate_command('test.ordered'))$q$),
    ('activate', $q$SELECT concat_ws(' ', (SELECT count(*) FROM command_center.register_command('test.book', 'true', default_target => 'audit')),
        (SELECT count(*) FROM command_center.activate_command('test.book', 1)))$q$),
    ('catalogue', $q$SELECT concat_ws(' ', command_center.load_catalog('hotel'), (SELECT count(*) FROM command_center.catalog_definitions()))$q$),
    ('schemas', $q$SELECT concat_ws(' ', command_center.register_schema('https://x.test/b', '{}'), command_center.is_valid_json('{"$ref": "https://x.test/a"}', '1'), command_center.validate_json('{"$ref": "https://x.test/a"}', '"b"') ->> 'valid',
        (SELECT count(*) FROM command_center.lint_schema('{"$ref": "https://x.test/a"}')), command_center.validate_payload('test.referring', '1') ->> 'valid')$q$),
    ('modules', $q$SELECT concat_ws(' ', command_center.enable_module(test.tenant(), 'm'), (SELECT string_agg(module, ', ') FROM command_center.list_modules(test.tenant())),
        command_center.disable_module(test.tenant(), 'billing'))$q$),
    ('audit', $q$SELECT string_agg(concat_ws(' ', action, object), ', ') FROM command_center.list_audit('set_service')$q$),
    ('roles', $q$SELECT concat_ws(' ', command_center.bind_role('test_reader', test.tenant(2)), command_center.unbind_role('test_reader', test.tenant()))$q$),
    ('access', $q$SELECT concat_ws(' ', command_center.grant_access('test_reader', 'dispatcher'), command_center.revoke_access('test_reader', 'reader'), (SELECT count(*) > 200 FROM command_center.access_levels()))$q$),
    ('setup', $q$SELECT concat_ws(' ', command_center.setup(), command_center.maintain() + command_center.tidy() >= 0, command_center.lock_for_setup('command_center'), (SELECT count(*) > 30 FROM command_center.setup_definitions()))$q$),
    ('distribute', $q$SELECT concat_ws(' ', command_center.use_distributed_policies('test_reader') > 0, command_center.use_local_policies() > 0, (SELECT count(*) FROM command_center.policy_forms()))$q$),
    ('announce', $q$SELECT string_agg(command_center.announce_change(oid)::text, '') FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r'$q$),
    ('doctor', $q$SELECT count(*) FILTER (WHERE severity IS NULL OR name IS NULL OR finding IS NULL OR remedy IS NULL OR finding ~ 'could not look: .*(cache lookup|unrecognized|unexpected)')::text FROM command_center.doctor()$q$),
    ('rights', $q$SELECT concat_ws(' ', (SELECT count(*) FROM command_center.held_roles('test_reader')), (SELECT count(*) FROM command_center.held_identities('test_reader')), command_center.is_operator('test_reader'),
        command_center.overdue_commands(), (SELECT messages FROM command_center.waiting_messages('3:3:', NULL, 0, 1, 1, NULL)), (SELECT count(*) FROM command_center.days_ahead()), (SELECT string_agg(command_name, ', ') FROM command_center.refused_commands()), (SELECT count(*) FROM command_center.foreign_publishers()))$q$),
    ('rights of a reader', $q$SELECT test.read($p$SELECT concat_ws(' ', command_center.sees_every_tenant(), (SELECT string_agg(tenant::text, ', ') FROM command_center.visible_tenants() AS tenant),
        command_center.visible_tenant_array(), command_center.held_role_array())$p$)$q$),
    ('rows of a reader', $q$SELECT test.read($p$SELECT concat_ws(' ', (SELECT count(*) FROM command_center.command_dispatches), (SELECT count(*) FROM command_center.dispatch_events), (SELECT count(*) FROM command_center.tenant_modules),
        (SELECT count(*) FROM command_center.tenant_roles), (SELECT count(*) FROM command_center.access_grants), (SELECT count(*) FROM command_center.command_routes))$p$)$q$),
    ('views', $q$SELECT concat_ws(' ', (SELECT count(severity) FROM command_center.health), (SELECT sum(pending_messages) FROM command_center.outbox_status))$q$),
    ('rows', $q$SELECT sum(length(t::text)) > 0 FROM (SELECT t::text FROM command_center.transactional_outbox AS t UNION ALL SELECT t::text FROM command_center.command_dispatches AS t
        UNION ALL SELECT t::text FROM command_center.dispatch_events AS t UNION ALL SELECT t::text FROM command_center.idempotency_keys AS t
        UNION ALL SELECT t::text FROM command_center.dispatch_deadlines AS t UNION ALL SELECT t::text FROM command_center.publication_batches AS t) AS rows (t)$q$),
    ('recover', $q$WITH kafka AS (SELECT jsonb_build_object('identity', command_center.database_identity(), 'publisher', 'default', 'batch', 1000, 'snapshotBefore', '3:3:', 'snapshotAfter', '3:3:', 'lastPosition', 1) AS record)
        SELECT concat_ws(' ', (SELECT granted FROM command_center.acquire_lease('default', 'a', '5 seconds')), (SELECT topics FROM command_center.begin_recovery('default', 'a', record)),
        (SELECT concat_ws(' ', published, unknown) FROM command_center.recover_messages('default', 'a', ARRAY(SELECT message_id FROM command_center.next_batch('default', 0) AS opened,
            command_center.batch_messages('default', opened.batch_id)), now())), command_center.finish_recovery('default', 'a', record, '{}') ->> 'batch') FROM kafka$q$);

-- A function without a step. Triggers are called by what changes the catalogue.
SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND prorettype <> 'trigger'::regtype
EXCEPT SELECT (regexp_matches(statement, 'command_center[.]([a-z_]+)[(]', 'g'))[1] FROM test.steps;

-- Without any alteration: what is right, and which tables each step looks at when nothing is in the caches.
DO $$
DECLARE
    step record;
    outcome test.outcome;
BEGIN
    FOR step IN SELECT number, statement FROM test.steps ORDER BY number LOOP
        PERFORM command_center.announce_change(oid) FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' AND NOT relispartition;
        outcome := test.step(step.statement);
        UPDATE test.steps SET answer = outcome.answer, touched = outcome.touched WHERE number = step.number;
    END LOOP;
END $$;
UPDATE test.steps SET is_slow = name IN ('setup', 'doctor', 'rebase', 'catalogue', 'distribute');
SELECT name, regexp_replace(answer, '[0-9a-f]{32}', '…') AS answer FROM test.steps ORDER BY number;
SELECT name FROM test.steps WHERE (test.step(statement)).answer <> answer;
SELECT relname FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'S') AND NOT relispartition
EXCEPT SELECT unnest(touched) FROM test.steps;
SELECT * FROM command_center.doctor() WHERE name IN ('table_shape', 'policies', 'views', 'functions', 'doctor');

-- One alteration, the steps that look at the table with it, and all undone: what was neither right nor a clear error, and whether doctor() spoke.
-- Errors of the server's inside (XX…), another answer, and "try again" for ever are none; where rows were destroyed, an answer without them is right.
CREATE FUNCTION test.live_with(turn integer, altered text, alteration text, must_speak boolean, destroys boolean) RETURNS TABLE (what text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    turns CONSTANT integer := coalesce(nullif(current_setting('test.turns', true), ''), '6');
    found text[];
BEGIN
    BEGIN
        BEGIN
            EXECUTE alteration;
        EXCEPTION WHEN OTHERS THEN
            RETURN;  -- the server does not let anybody
        END;
        SELECT array_agg(ARRAY[lived.name, lived.now]) INTO found FROM (
            SELECT name, answer, (test.step(statement)).answer AS now FROM test.steps
            WHERE (altered IS NULL OR altered = ANY (touched)) AND (turn + number) % CASE WHEN is_slow THEN 4 * turns - 3 ELSE turns END = 0 ORDER BY number) AS lived
        WHERE now <> answer AND now ~ CASE WHEN destroys THEN '^(XX|57|58|40001$)' ELSE '^(XX|57|58|40001$|KC00[458]$)|^(?![0-9A-Z]{5}$)' END;
        IF must_speak AND turn % (2 * turns - 1) = 0 AND NOT EXISTS (SELECT FROM command_center.doctor()
            WHERE name IN ('table_shape', 'unlogged', 'owners', 'policies', 'functions', 'setup_steps', 'publishers') OR name = 'views' AND alteration !~ '^DROP VIEW IF EXISTS') THEN
            found := found || ARRAY[ARRAY['doctor', 'silent']];
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'TT000';
    EXCEPTION WHEN SQLSTATE 'TT000' THEN
    END;
    RETURN QUERY SELECT found[i][1], found[i][2] FROM generate_subscripts(found, 1) AS i;
END $$;

CREATE TABLE test.alteration (number serial, relation text, alteration text, must_speak boolean, destroys boolean NOT NULL DEFAULT false);
CREATE VIEW test.tables AS SELECT oid, relname, relkind, 'command_center.' || relname AS name,
    CASE WHEN relkind = 'p' THEN 'command_center.' || relname || to_char(now() AT TIME ZONE 'UTC', '_YYYYMMDD') END AS today,
    relname IN ('command_dispatches', 'transactional_outbox', 'dispatch_events', 'dispatch_deadlines', 'idempotency_keys') AS is_written,
    relname IN ('command_dispatches', 'transactional_outbox', 'dispatch_events', 'dispatch_deadlines', 'idempotency_keys', 'publication_batches', 'tenant_modules') AS is_direct,
    EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p') AS has_key, relrowsecurity
FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition;
CREATE VIEW test.columns AS SELECT tables.*, attname, attnum, attnotnull, atthasdef, format_type(atttypid, NULL) AS type,
    attnum = max(attnum) OVER (PARTITION BY tables.oid) AS is_last
FROM test.tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped;
-- The views read the columns, so nobody could alter those with them.
\set without_views 'DROP VIEW IF EXISTS command_center.health, command_center.outbox_status CASCADE; '
CREATE FUNCTION test.of_type(type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE type WHEN 'text' THEN 'varchar(30) USING left(%1$I, 30)' WHEN 'json' THEN 'jsonb USING %1$I::jsonb' WHEN 'jsonb' THEN 'json USING %1$I::json'
        WHEN 'uuid' THEN 'text USING %1$I::text' WHEN 'bigint' THEN 'numeric USING %1$I' WHEN 'integer' THEN 'bigint USING %1$I'
        WHEN 'timestamp with time zone' THEN 'timestamptz(0)' WHEN 'boolean' THEN 'text USING %1$I::text' WHEN 'bytea' THEN 'text USING encode(%1$I, ''hex'')'
        WHEN 'date' THEN 'timestamp USING %1$I' WHEN 'xid8' THEN 'text USING %1$I::text' WHEN 'pg_snapshot' THEN 'text USING %1$I::text'
        ELSE 'text USING %1$I::text' END $$;
CREATE FUNCTION test.domain_of(type text) RETURNS text LANGUAGE sql AS $$ SELECT 'test.' || quote_ident('domain of ' || type) $$;
DO $$ DECLARE known text; BEGIN
    FOR known IN SELECT DISTINCT type FROM test.columns LOOP
        EXECUTE format('CREATE DOMAIN %s AS %s CHECK (length(VALUE::text) < 200)', test.domain_of(known), known);
    END LOOP;
END $$;
CREATE DOMAIN test.short AS text CHECK (length(VALUE) < 5);

-- Every column: another type, a domain, another collation, no name, a NULL where there may be none, no default or another, generated, gone.
INSERT INTO test.alteration (relation, alteration, must_speak, destroys)
SELECT relname, :'without_views' || format(alteration, name, attname, type), must_speak, made.destroys FROM test.columns CROSS JOIN LATERAL (VALUES
    ('ALTER TABLE %1$s ALTER %2$I TYPE ' || test.of_type(type), is_written OR attnum % 2 = 1, true, false),
    ('ALTER TABLE %1$s ALTER %2$I TYPE ' || test.domain_of(type), attnum % 4 = 1, true, false),
    ('ALTER TABLE %1$s ALTER %2$I TYPE text COLLATE "C"', type = 'text' AND attnum % 3 = 1, true, false),
    ('ALTER TABLE %1$s RENAME %2$I TO renamed', attnum % 6 = 1, true, false),
    ('ALTER TABLE %1$s ALTER %2$I DROP NOT NULL; UPDATE %1$s SET %2$I = NULL', attnotnull AND attnum % 3 = 0, false, true),
    ('ALTER TABLE %1$s ALTER %2$I DROP DEFAULT', atthasdef, false, false),
    ('ALTER TABLE %1$s ALTER %2$I SET DEFAULT NULL', attnum % 5 = 1, false, false),
    ('ALTER TABLE %1$s DROP %2$I CASCADE', attnum % 5 = 2, true, true),
    -- The last column is where it was, and says nothing about itself.
    ('ALTER TABLE %1$s DROP %2$I CASCADE; ALTER TABLE %1$s ADD %2$I %3$s', attnum % 6 = 2, attnotnull OR NOT is_last, true),
    ('ALTER TABLE %1$s DROP %2$I CASCADE; ALTER TABLE %1$s ADD %2$I %3$s GENERATED ALWAYS AS (NULL) STORED', attnum % 6 = 4, true, true)
) AS made (alteration, applies, must_speak, destroys) WHERE applies ORDER BY relname, attnum, alteration;

-- Every table, and today's partition of each.
CREATE FUNCTION test.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION test.pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
INSERT INTO test.alteration (relation, alteration, must_speak, destroys)
SELECT relname, :'without_views' || format(alteration, name, relname, today, coalesce(today, name)), must_speak, made.destroys FROM test.tables CROSS JOIN LATERAL (VALUES
    ('ALTER TABLE %1$s ADD added integer NOT NULL DEFAULT 1', true, false),
    ('ALTER TABLE %1$s ADD generated text GENERATED ALWAYS AS (''a'') STORED', true, false),
    ('ALTER TABLE %1$s ADD identity bigint GENERATED ALWAYS AS IDENTITY', true, false),
    ('ALTER TABLE %1$s ADD CONSTRAINT never CHECK (false) NOT VALID', is_written, true),
    ('ALTER TABLE %4$s ADD CONSTRAINT never CHECK (false) NOT VALID', is_written, true),
    ('CREATE TRIGGER passes BEFORE INSERT ON %4$s FOR EACH ROW EXECUTE FUNCTION test.pass()', is_written, false),
    ('CREATE TRIGGER swallows BEFORE INSERT ON %4$s FOR EACH ROW EXECUTE FUNCTION test.swallow()', is_written, true),
    ('CREATE RULE nothing AS ON INSERT TO %1$s DO INSTEAD NOTHING', is_written, true),
    ('CREATE RULE nothing AS ON UPDATE TO %1$s DO INSTEAD NOTHING', is_written, true),
    ('CREATE POLICY none ON %1$s AS RESTRICTIVE USING (false)', true, true),
    ('CREATE POLICY everything ON %1$s USING (true)', true, true),
    ('ALTER TABLE %1$s DISABLE ROW LEVEL SECURITY', relrowsecurity, true),
    ('ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY', false, true),
    ('ALTER TABLE %1$s FORCE ROW LEVEL SECURITY', true, true),
    ('REVOKE ALL ON %1$s FROM CURRENT_USER', false, false),
    ('ALTER TABLE %1$s OWNER TO test_other', true, false),
    ('ALTER TABLE %4$s OWNER TO test_other', true, false),
    ('ALTER TABLE %4$s SET UNLOGGED', true, false),
    ('ALTER TABLE %1$s DROP CONSTRAINT %2$s_pkey CASCADE', has_key, false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE VIEW %1$s AS SELECT * FROM command_center.gone', true, false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE MATERIALIZED VIEW %1$s AS SELECT * FROM command_center.gone', true, false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE TABLE %1$s (LIKE command_center.gone INCLUDING ALL)', relkind = 'p', true),
    ('CREATE TABLE command_center.heir () INHERITS (%1$s)', false, false),
    ('DROP TABLE %1$s CASCADE', true, true),
    ('DROP TABLE %3$s CASCADE', false, true),
    ('ALTER TABLE %1$s DETACH PARTITION %3$s; CREATE TABLE command_center.wide PARTITION OF %1$s DEFAULT', false, true),
    ('INSERT INTO pg_catalog.pg_dist_partition VALUES (''%1$s'')', is_direct, true)
) AS made (alteration, must_speak, destroys) WHERE format(alteration, name, relname, today, coalesce(today, name)) <> '' ORDER BY relname, alteration;

-- Each policy and each function that the tables have; the key in another order.
INSERT INTO test.alteration (relation, alteration, must_speak, destroys)
SELECT polrelid::regclass::text, format(alteration, polname, polrelid::regclass), true, true FROM pg_policy JOIN test.tables ON tables.oid = polrelid CROSS JOIN (VALUES
    ('DROP POLICY %1$I ON %2$s'), ('ALTER POLICY %1$I ON %2$s USING (true)'), ('ALTER POLICY %1$I ON %2$s TO test_other'), ('ALTER POLICY %1$I ON %2$s RENAME TO other')) AS made (alteration) ORDER BY 1, 2;
INSERT INTO test.alteration (relation, alteration, must_speak, destroys)
SELECT NULL, format(alteration, function.oid::regprocedure, pg_get_function_result(function.oid)), true, true FROM pg_proc AS function CROSS JOIN LATERAL (VALUES
    ('DROP FUNCTION %1$s CASCADE'), ('ALTER FUNCTION %1$s OWNER TO test_other'), ('ALTER FUNCTION %1$s RESET search_path'), ('ALTER FUNCTION %1$s RENAME TO gone'),
    ('ALTER FUNCTION %1$s SECURITY ' || CASE WHEN prosecdef THEN 'INVOKER' ELSE 'DEFINER' END),
    ('DO $d$ BEGIN EXECUTE replace(pg_get_functiondef(''%1$s''::regprocedure), ''SELECT'', ''SELECT ALL''); END $d$')) AS made (alteration)
WHERE pronamespace = 'command_center'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = function.oid AND deptype = 'e')
    AND (prosecdef OR alteration !~ 'INVOKER') ORDER BY 2;
INSERT INTO test.alteration (relation, alteration, must_speak)
SELECT relname, format('ALTER TABLE %s DROP CONSTRAINT %I, ADD PRIMARY KEY (%s)', name, conname,
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY place DESC) FROM unnest(conkey) WITH ORDINALITY AS part (number, place) JOIN pg_attribute ON attrelid = conrelid AND attnum = number)), true
FROM pg_constraint JOIN test.tables ON tables.oid = conrelid WHERE contype = 'p' AND cardinality(conkey) > 1 ORDER BY relname;

-- Keys, partitions by hand, what only some tables have.
INSERT INTO test.alteration (relation, alteration, must_speak) VALUES
    ('idempotency_keys', 'ALTER TABLE command_center.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (tenant_id, command_name, idempotency_key, first_used_on, use_number) DEFERRABLE', true),
    ('idempotency_keys', 'ALTER TABLE command_center.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (tenant_id, command_name, idempotency_key, first_used_on, use_number) INCLUDE (command_id)', false),
    ('idempotency_keys', 'ALTER TABLE command_center.idempotency_keys ADD UNIQUE (tenant_id, idempotency_key, first_used_on)', true),
    ('command_dispatches', 'CREATE INDEX of_expression ON command_center.command_dispatches (upper(role))', true),
    ('transactional_outbox', 'ALTER TABLE command_center.transactional_outbox ADD EXCLUDE (topic WITH =)', true),
    ('transactional_outbox', 'CREATE UNIQUE INDEX one ON command_center.transactional_outbox (topic, message_id)', true),
    ('command_dispatches', 'CREATE TRIGGER of_statement AFTER INSERT ON command_center.command_dispatches FOR EACH STATEMENT EXECUTE FUNCTION test.pass()', true),
    ('outbox_position', 'ALTER SEQUENCE command_center.outbox_position AS integer', false), ('outbox_position', 'ALTER SEQUENCE command_center.outbox_position MAXVALUE 9', false),
    ('outbox_position', 'DROP SEQUENCE command_center.outbox_position CASCADE', false),
    ('outbox_position', 'ALTER SEQUENCE command_center.outbox_position RENAME TO gone; CREATE TABLE command_center.outbox_position (last_value bigint, is_called boolean)', false),
    (NULL, 'DROP VIEW command_center.health CASCADE', true),
    (NULL, 'DROP VIEW command_center.outbox_status CASCADE; CREATE VIEW command_center.outbox_status AS SELECT publisher, 0::bigint AS pending_messages, false AS pending_is_exact, NULL::interval AS oldest_pending_age FROM command_center.publishers', true);
INSERT INTO test.alteration (relation, alteration, must_speak, destroys) VALUES
    ('transactional_outbox', 'TRUNCATE command_center.transactional_outbox; ALTER TABLE command_center.transactional_outbox ALTER topic TYPE test.short', true, true);
-- Today's partition is attached anew: columns in another order, with one that was dropped, foreign, with days of its own.
INSERT INTO test.alteration (relation, alteration, must_speak, destroys)
SELECT relname, format($a$DO $d$ DECLARE bound text := pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '%3$s'::regclass; BEGIN
    ALTER TABLE %1$s DETACH PARTITION %3$s; EXECUTE format('%4$s', bound); END $d$ $a$, name, relname, today, replace(replace(made.attach, '{name}', name), '{today}', today)), true, true
FROM test.tables JOIN pg_partitioned_table ON partrelid = tables.oid CROSS JOIN LATERAL (VALUES
    ('CREATE TABLE command_center.other AS SELECT ' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum DESC) FROM pg_attribute WHERE attrelid = tables.oid AND attnum > 0)
        || ' FROM {today}; ALTER TABLE command_center.other ' || (SELECT string_agg(format('ALTER %I SET NOT NULL', attname), ', ') FROM pg_attribute WHERE attrelid = tables.oid AND attnotnull)
        || '; ALTER TABLE {name} ATTACH PARTITION command_center.other %%s'),
    ('CREATE TABLE command_center.other (first integer, LIKE {today} INCLUDING ALL); ALTER TABLE command_center.other DROP first; ALTER TABLE {name} ATTACH PARTITION command_center.other %%s'),
    ('CREATE TABLE command_center.other PARTITION OF {name} %%1$s PARTITION BY LIST (' || (SELECT attname FROM pg_attribute WHERE attrelid = tables.oid AND attnum = partattrs[0])
        || '); CREATE TABLE command_center.other_all PARTITION OF command_center.other DEFAULT')
) AS made (attach) ORDER BY relname;
-- The names without the schema, as the steps have them.
UPDATE test.alteration SET relation = regexp_replace(relation, '^command_center[.]', '');

CREATE ROLE test_other;
GRANT CREATE ON SCHEMA command_center TO test_other;
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass);
SET allow_system_table_mods = off;
SELECT count(*) > 600 AS many FROM test.alteration;
SELECT left(alteration, 300) AS alteration, string_agg(what || ' ' || outcome, ', ') AS outcomes
FROM test.alteration CROSS JOIN LATERAL test.live_with(number, relation, alteration, must_speak, destroys) GROUP BY number, alteration ORDER BY number;
SET allow_system_table_mods = on;
DROP TABLE pg_catalog.pg_dist_partition;
SET allow_system_table_mods = off;
DROP VIEW test.columns, test.tables;
DROP TABLE test.old, test.alteration, test.steps;
DROP FUNCTION test.take;
CALL test.start();
DROP OWNED BY test_other, test_reader;
DROP ROLE test_other, test_reader;
DO $$ DECLARE known regtype; BEGIN
    FOR known IN SELECT oid FROM pg_type WHERE typnamespace = 'test'::regnamespace AND typtype = 'd' LOOP
        EXECUTE format('DROP DOMAIN %s', known);
    END LOOP;
END $$;
DROP FUNCTION test.live_with, test.step, test.read, test.of_type, test.domain_of, test.swallow, test.pass;
DROP TYPE test.outcome;
