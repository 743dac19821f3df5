-- What comes by Kafka is applied by a function of the database, and how far it has come is stored in the same transaction.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.guests (id text PRIMARY KEY, name text, what command_center.kafka_message);
CREATE FUNCTION test.take(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF message.value IS NULL AND message.value_bytes IS NULL THEN
        DELETE FROM test.guests WHERE id = message.key;
    ELSE
        INSERT INTO test.guests VALUES (message.key, message.value::jsonb ->> 'name', message);
    END IF;
END $$;
CREATE FUNCTION test.take_all(messages command_center.kafka_message[]) RETURNS integer LANGUAGE sql AS $$
    INSERT INTO test.guests SELECT key, value::jsonb ->> 'name', unnest FROM unnest(messages) RETURNING 1
$$;
-- A message as the relay gives it; the newest id of a subscription.
CREATE FUNCTION test.message("offset" bigint, key text, value text, headers jsonb DEFAULT NULL, partition integer DEFAULT 0, topic text DEFAULT 'guests')
RETURNS command_center.kafka_message LANGUAGE sql AS $$
    SELECT ROW(topic, partition, "offset", '2026-01-01 UTC'::timestamptz + "offset" * interval '1 s', key, value, headers, NULL, NULL, NULL)::command_center.kafka_message
$$;
CREATE FUNCTION test.id(name text DEFAULT 'guests') RETURNS uuid LANGUAGE sql AS $$
    SELECT subscription_id FROM command_center.subscriptions WHERE subscription = name
$$;
CREATE FUNCTION test.at(next_offset bigint, partition integer DEFAULT 0, topic text DEFAULT 'guests', attempt integer DEFAULT 1)
RETURNS command_center.consumer_position LANGUAGE sql AS $$
    SELECT ROW(topic, partition, next_offset, attempt, 100)::command_center.consumer_position
$$;

-- What a subscription is.
SELECT command_center.set_subscription('guests');
\echo :SQLSTATE
SELECT command_center.set_subscription('guests', '{guests}', 'test.take(command_center.kafka_message)');
SELECT subscription, version, status, topics, handler, start_at, filter, max_attempts, dead_letter_topic, schema_check, batch_messages, batch_wait
FROM command_center.list_subscriptions() ORDER BY subscription;
SELECT consumer_group ~ '^command-center\.guests\.[0-9a-f]{8}$' AS of_this_database FROM command_center.list_subscriptions('active');
SELECT topic, kind, version FROM command_center.list_topics();
SELECT action, object, after ->> 'handler' AS handler FROM command_center.control_audit WHERE action IN ('set_subscription', 'set_topic') ORDER BY audit_id;
-- NULL keeps; the same is no change.
SELECT command_center.set_subscription('guests', start_at => '2026-01-01 01:00+01', filter => '{"x-command-target": "guests", "kind": ["a", "b"]}', consumer_group => 'guests', group_suffix => '-shadow');
SELECT command_center.set_subscription('guests', start_at => '2026-01-01T00:00:00Z');
SELECT version, start_at, filter, consumer_group FROM command_center.list_subscriptions('active');
SELECT command_center.set_subscription('guests', filter => '{}', consumer_group => '', group_suffix => '', start_at => 'earliest', expected_version => 2);
SELECT command_center.set_subscription('guests', status => 'paused', expected_version => 2);
\echo :SQLSTATE

-- What it cannot be.
SELECT command_center.set_subscription(NULL);
SELECT command_center.set_subscription('with space', '{a}', 'test.take(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{}', 'test.take(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{a,a}', 'test.take(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{a,NULL}', 'test.take(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{a b}', 'test.take(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{a}', 'test.nothing(command_center.kafka_message)');
SELECT command_center.set_subscription('x', '{a}', 'test.message(bigint,text,text,jsonb,integer,text)');
SELECT command_center.set_subscription('x', '{a}', 'test.take(command_center.kafka_message)', dead_letter_topic => 'a');
\echo :SQLSTATE
SELECT command_center.set_subscription('x', '{a}', 'test.take(command_center.kafka_message)', dead_letter_topic => 'commands.primary');
\echo :SQLSTATE
SELECT command_center.set_subscription('guests', dead_letter_topic => 'guests_dlq');
\echo :SQLSTATE
SELECT command_center.set_subscription('guests', start_at => 'soon');
SELECT command_center.set_subscription('guests', start_at => 'infinity');
SELECT command_center.set_subscription('guests', filter => '[]');
SELECT command_center.set_subscription('guests', filter => '{"a": 1}');
SELECT command_center.set_subscription('guests', filter => '{"a": []}');
SELECT command_center.set_subscription('guests', status => 'asleep');
SELECT command_center.set_subscription('guests', schema_check => 'maybe');
SELECT command_center.set_subscription('guests', max_attempts => 0);
SELECT command_center.set_subscription('guests', batch_messages => 10001);
SELECT command_center.set_subscription('guests', batch_wait => '11 s');
SELECT command_center.set_subscription('guests', consumer_group => 'a b');
-- One with rights of its own looks names up where it says.
CREATE FUNCTION test.with_rights(command_center.kafka_message) RETURNS void LANGUAGE sql SECURITY DEFINER AS '';
SELECT command_center.set_subscription('x', '{a}', 'test.with_rights(command_center.kafka_message)');
\echo :SQLSTATE

-- Where it begins is written down before anything is read; who begins it second finds what the first wrote.
SELECT * FROM command_center.begin_consuming('guests', test.id(), ARRAY[test.at(5), test.at(0, 1)]);
SELECT * FROM command_center.begin_consuming('guests', test.id(), ARRAY[test.at(77), test.at(3, 2)]);
SELECT * FROM command_center.begin_consuming('guests', test.id(), '{}');
SELECT * FROM command_center.begin_consuming('nobody', test.id(), '{}');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT * FROM command_center.begin_consuming('guests', gen_random_uuid(), '{}');
\echo :SQLSTATE
\set VERBOSITY default
SELECT * FROM command_center.begin_consuming('guests', test.id(), ARRAY[test.at(1), test.at(2)]);
SELECT * FROM command_center.begin_consuming('guests', test.id(), ARRAY[test.at(-1)]);

-- Messages and offset go together.
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(5), test.at(0, 1)],
    ARRAY[test.message(5, 'g1', '{"name": "Ada"}'), test.message(7, 'g2', '{"name": "Bo"}', '{"kind": "a"}'), test.message(0, 'g3', '{"name": "Cy"}', NULL, 1)]);
SELECT id, name, (what).topic, (what).partition, (what).offset, (what).headers, (what).header_list, (what).key_bytes FROM test.guests ORDER BY id;
SELECT subscription, topic, partition, next_offset, end_offset, lag, message_timestamp AT TIME ZONE 'UTC' AS at FROM command_center.list_consumer_offsets();
-- The same again, as of a relay that does not know it lost the partition: nothing of the call.
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(5), test.at(1, 1)],
    ARRAY[test.message(5, 'g1', '{"name": "Ada"}'), test.message(1, 'g4', '{"name": "Di"}', NULL, 1)]);
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(9, 3)], ARRAY[test.message(9, 'g4', '{"name": "Di"}', NULL, 3)]);
SELECT count(*) FROM test.guests;
-- A tombstone.
SELECT status, next_offset, handled FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(8)], ARRAY[test.message(8, 'g2', NULL)]);
SELECT id FROM test.guests ORDER BY id;
-- Bytes that are no text, headers that come twice or are none.
SELECT status FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(9)], ARRAY[ROW('guests', 0, 9, now(), NULL, NULL, NULL, 'k', convert_to('{"name": "Ed"}', 'UTF8'),
    '[{"name": "a", "value": "1"}, {"name": "b", "valueBase64": "/w=="}, {"name": "a", "value": "2"}, {"name": "c", "value": null}]')::command_center.kafka_message]);
SELECT name, (what).key, (what).key_bytes, (what).headers FROM test.guests WHERE id = 'k';
CREATE OR REPLACE FUNCTION test.look(message command_center.kafka_message) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'key % %, value % %', message.key, message.key_bytes, message.value, message.value_bytes;
    RETURN 'unread';
END $$;
SELECT command_center.set_subscription('guests', handler => 'test.look(command_center.kafka_message)');
SELECT status FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(10)], ARRAY[ROW('guests', 0, 10, now(), NULL, NULL, NULL, '\xff', '\x6100', NULL)::command_center.kafka_message]);

-- What can be no batch.
SELECT * FROM command_center.apply_messages('nobody', test.id(), '{}', '{}');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT * FROM command_center.apply_messages('guests', gen_random_uuid(), '{}', '{}');
\echo :SQLSTATE
\set VERBOSITY default
SELECT * FROM command_center.apply_messages('guests', test.id(), '{}', ARRAY[test.message(11, 'g', '{}')]);
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11)], ARRAY[test.message(10, 'g', '{}')]);
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11)], ARRAY[test.message(11, 'g', '{}'), test.message(11, 'g', '{}')]);
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(0, 0, 'other')], '{}');
\echo :SQLSTATE
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11)], ARRAY[test.message(11, 'g', '{}', '[]')]);
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11)], ARRAY[NULL::command_center.kafka_message]);
SELECT * FROM command_center.apply_messages('guests', test.id(), (SELECT array_agg(test.at(0, i)) FROM generate_series(1, 65) AS i), '{}');
\echo :SQLSTATE
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM command_center.apply_messages('guests', test.id(), '{}', '{}');
\echo :SQLSTATE
ROLLBACK;
SELECT command_center.set_subscription('guests', status => 'paused');
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11)], ARRAY[test.message(11, 'g', '{}')]);
\echo :SQLSTATE
SELECT command_center.set_subscription('guests', status => 'active', handler => 'test.take(command_center.kafka_message)', max_attempts => 2);

-- A message that fails stops its partition until it has been tried often enough; others go on.
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(11), test.at(1, 1)],
    ARRAY[test.message(11, 'g5', '{"name": "Flo"}'), test.message(12, 'g1', '{"name": "again"}'), test.message(13, 'g6', '{"name": "Gil"}'), test.message(1, 'g7', '{"name": "Hal"}', NULL, 1)]);
SELECT id FROM test.guests ORDER BY id;
SELECT * FROM command_center.list_dead_letters();
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(12, 0, 'guests', 2)],
    ARRAY[test.message(12, 'g1', '{"name": "again"}', '{"x-tenant-id": "00000000-0000-0000-0000-000000000001", "n": "1"}'), test.message(13, 'g6', '{"name": "Gil"}')]);
SELECT id FROM test.guests ORDER BY id;
-- It is put aside with all it was, and goes to its topic in the same transaction.
SELECT subscription, status, topic, partition, "offset", key, value, headers, attempts, sqlstate, error, detail FROM command_center.list_dead_letters('guests');
SELECT topic, partition_key, headers::jsonb - 'x-dead-letter-id' AS headers, value FROM command_center.transactional_outbox WHERE topic LIKE '%dlq';
-- Of bytes that are no text.
SELECT status, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(14, 0, 'guests', 2)],
    ARRAY[ROW('guests', 0, 14, NULL, NULL, NULL, NULL, '\xff', '\xfe', '[{"name": "b", "valueBase64": "/w=="}, {"name": "c", "value": "1"}, {"name": "c", "value": "2"}]')::command_center.kafka_message]);
SELECT partition_key, headers::text ~ '"c":"1","c":"2"' AS both, headers::jsonb ->> 'x-dead-letter-value' AS value_is, headers::jsonb ->> 'x-dead-letter-base64-headers' AS base64, value
FROM command_center.transactional_outbox WHERE topic LIKE '%dlq' ORDER BY position DESC LIMIT 1;
-- One that its topic is too small for is there whole all the same.
SELECT command_center.set_topic('guests.dlq', max_message_bytes => 1024);
SELECT status, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(15, 0, 'guests', 2)], ARRAY[test.message(15, 'g1', repeat('x', 2000))]);
SELECT headers::jsonb ->> 'x-dead-letter-value' AS value_is, value FROM command_center.transactional_outbox WHERE topic LIKE '%dlq' ORDER BY position DESC LIMIT 1;
SELECT length(value) FROM command_center.list_dead_letters('guests') WHERE "offset" = 15;

-- What another moment may cure is raised, and nothing stays.
CREATE FUNCTION test.busy(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO test.guests VALUES (message.key);
    IF message.value IS NOT NULL THEN
        RAISE EXCEPTION 'not now' USING ERRCODE = message.value;
    END IF;
END $$;
SELECT command_center.set_subscription('guests', handler => 'test.busy(command_center.kafka_message)');
DO $$
DECLARE
    code text;
BEGIN
    FOREACH code IN ARRAY '{40001,40P01,55P03,08006,57P03,53100,58030,25006}'::text[] LOOP
        BEGIN
            PERFORM command_center.apply_messages('guests', test.id(), ARRAY[test.at(16, 0, 'guests', 9)], ARRAY[test.message(16, 'b1', NULL), test.message(17, 'b2', code)]);
            RAISE EXCEPTION '% was not raised', code;
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE '% %', sqlstate, sqlerrm;
        END;
    END LOOP;
END $$;
SELECT count(*) FROM test.guests WHERE id LIKE 'b%';
-- A handler that is gone or closed is no fault of a message.
SELECT command_center.set_subscription('guests', handler => 'test.look(command_center.kafka_message)');
DROP FUNCTION test.look;
SELECT * FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(16, 0, 'guests', 9)], ARRAY[test.message(16, 'b1', NULL)]);
\echo :SQLSTATE

SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'subscriptions' AND finding !~ 'dead letters';

-- A handler of arrays is given all at once, and after an error one by one.
SELECT command_center.set_subscription('guests', handler => 'test.take_all(command_center.kafka_message[])', max_attempts => 1);
SELECT status, next_offset, handled, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(16)],
    ARRAY[test.message(16, 'a1', '{}'), test.message(17, 'a2', '{}')]);
SELECT status, next_offset, handled, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(18)],
    ARRAY[test.message(18, 'a3', '{}'), test.message(19, 'a2', '{}'), test.message(20, 'a4', '{}')]);
SELECT id FROM test.guests WHERE id LIKE 'a%' ORDER BY id;

-- Headers choose.
SELECT command_center.set_subscription('guests', filter => '{"x-command-target": "guests", "kind": ["a", "b"]}');
SELECT status, next_offset, handled, filtered FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(21)],
    ARRAY[test.message(21, 'f1', '{}'), test.message(22, 'f2', '{}', '{"x-command-target": "guests", "kind": "b"}'), test.message(23, 'f3', '{}', '{"x-command-target": "guests", "kind": "c"}')]);
SELECT id FROM test.guests WHERE id LIKE 'f%' ORDER BY id;
SELECT command_center.set_subscription('guests', filter => '{}');

-- Events that are registered fit their schema.
SELECT command_center.set_topic('guests');
SELECT command_center.register_event('guest.changed', 'guests', '{"type": "object", "required": ["name"]}');
SELECT command_center.set_topic('raw', envelope => 'raw');
SELECT command_center.register_event('guest.renamed', 'raw', '{"type": "object", "required": ["name"]}');
SELECT command_center.set_subscription('guests', topics => '{guests,raw}');
SELECT topic, next_offset FROM command_center.begin_consuming('guests', test.id(), ARRAY[test.at(0, 0, 'raw')]) WHERE topic = 'raw';
SELECT topic, status, next_offset, handled, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(24), test.at(0, 0, 'raw')], ARRAY[
    test.message(24, 's1', '{"metadata": {}, "payload": {"name": "x"}}', '{"ce_type": "guest.changed", "ce_eventversion": "1.0"}'),
    test.message(25, 's2', '{"metadata": {}, "payload": {}}', '{"ce_type": "guest.changed"}'),
    test.message(26, 's3', 'no json', '{"ce_type": "guest.changed"}'),
    test.message(27, 's4', NULL, '{"ce_type": "guest.changed"}'),
    test.message(28, 's5', '{}', '{"ce_type": "guest.unknown"}'),
    test.message(0, 's6', '{"name": "x", "metadata": 1, "payload": 2}', '{"ce_type": "guest.renamed"}', 0, 'raw'),
    test.message(1, 's7', '{}', '{"ce_type": "guest.renamed"}', 0, 'raw')]);
SELECT key, sqlstate, error, detail FROM command_center.list_dead_letters('guests') WHERE key LIKE 's%';
SELECT command_center.set_subscription('guests', schema_check => 'required');
SELECT status, next_offset, handled, dead_letters FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(29)], ARRAY[test.message(29, 's8', '{}'), test.message(30, 's9', '{}', '{"ce_type": "guest.renamed"}')]);
SELECT key, sqlstate, error FROM command_center.list_dead_letters('guests') WHERE key IN ('s8', 's9');
SELECT command_center.set_subscription('guests', schema_check => 'off');
SELECT status, handled FROM command_center.apply_messages('guests', test.id(), ARRAY[test.at(31)], ARRAY[test.message(31, 's10', '{}', '{"ce_type": "guest.changed"}')]);

-- Dead letters come back when their cause is gone.
SELECT severity, regexp_replace(finding, '[0-9]{4}-.*', '...') AS finding FROM command_center.doctor() WHERE name = 'subscriptions';
SELECT dead_letter_id AS letter FROM command_center.list_dead_letters('guests') WHERE key = 'g1' AND value LIKE '%again%' \gset
SELECT outcome, sqlstate, message FROM command_center.replay_dead_letters('guests', 'not yet', ARRAY[:'letter']::uuid[]);
SELECT status, last_replay_at IS NOT NULL AS tried, last_replay_error FROM command_center.list_dead_letters('guests') WHERE dead_letter_id = :'letter';
DELETE FROM test.guests WHERE id = 'g1';
SELECT outcome, sqlstate, message FROM command_center.replay_dead_letters('guests', 'the old one is gone', ARRAY[:'letter']::uuid[], actor => 'ops');
SELECT name FROM test.guests WHERE id = 'g1';
SELECT * FROM command_center.replay_dead_letters('guests', 'once more', ARRAY[:'letter']::uuid[]);
\echo :SQLSTATE
SELECT status, last_replay_error FROM command_center.list_dead_letters('guests', 'replayed');
SELECT kind, who = current_user AS own_role, why, sqlstate FROM command_center.dead_letter_events ORDER BY at;
SELECT outcome, sqlstate, count(*) FROM command_center.replay_dead_letters('guests', 'all') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT command_center.discard_dead_letters('guests', 'nobody needs them');
SELECT status, count(*) FROM command_center.list_dead_letters(status => NULL) GROUP BY 1 ORDER BY 1;
SELECT action, object, after, reason, actor FROM command_center.control_audit WHERE action ~ 'dead_letters' ORDER BY audit_id;
SELECT * FROM command_center.replay_dead_letters('nobody', 'x');
\echo :SQLSTATE
SELECT * FROM command_center.replay_dead_letters('guests', NULL);
SELECT * FROM command_center.replay_dead_letters('guests', '');
SELECT command_center.discard_dead_letters('guests', 'x', max_messages => 0);
SELECT * FROM command_center.list_dead_letters(status => 'lost');
SELECT * FROM command_center.list_dead_letters(max_rows => 0);

-- Reset, and removed: the offsets of before are no one's.
SELECT command_center.reset_subscription('guests', 'latest', 1);
\echo :SQLSTATE
SELECT test.id() AS old \gset
SELECT command_center.reset_subscription('guests', 'latest') - version AS more FROM command_center.list_subscriptions('active');
SELECT start_at, subscription_id <> :'old' AS other FROM command_center.list_subscriptions('active');
\set VERBOSITY terse
SELECT * FROM command_center.apply_messages('guests', :'old', ARRAY[test.at(32)], ARRAY[test.message(32, 'z', '{}')]);
\echo :SQLSTATE
\set VERBOSITY default
SELECT * FROM command_center.begin_consuming('guests', test.id(), '{}');
SELECT command_center.reset_subscription('nobody');
\echo :SQLSTATE
SELECT command_center.remove_subscription('guests', 1);
\echo :SQLSTATE
SELECT command_center.remove_subscription('guests'), command_center.remove_subscription('guests');
SELECT * FROM command_center.apply_messages('guests', :'old', ARRAY[test.at(32)], ARRAY[test.message(32, 'z', '{}')]);
\echo :SQLSTATE
SELECT action, before IS NULL AS made, after IS NULL AS gone FROM command_center.control_audit WHERE action ~ '_subscription$' ORDER BY audit_id DESC LIMIT 2;

-- Whoever applies needs no right on any table of ours; the handler runs as them.
CREATE ROLE regress_relay;
SELECT command_center.grant_access('regress_relay', 'relay');
GRANT USAGE ON SCHEMA test TO regress_relay;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA test TO regress_relay;
SELECT command_center.set_subscription('guests', '{guests}', 'test.take(command_center.kafka_message)');
SELECT test.id() AS id \gset
SET ROLE regress_relay;
SELECT count(*) FROM command_center.begin_consuming('guests', :'id', ARRAY[test.at(0)]);
SELECT status, sqlstate, message FROM command_center.apply_messages('guests', :'id', ARRAY[test.at(0)], ARRAY[test.message(0, 'r', '{}')]);
SELECT command_center.set_subscription('guests', status => 'paused');
\echo :SQLSTATE
SELECT * FROM command_center.list_dead_letters();
\echo :SQLSTATE
RESET ROLE;
GRANT INSERT ON test.guests TO regress_relay;
REVOKE EXECUTE ON FUNCTION test.take FROM PUBLIC, regress_relay;
SET ROLE regress_relay;
SELECT * FROM command_center.apply_messages('guests', :'id', ARRAY[test.at(0)], ARRAY[test.message(0, 'r', '{}')]);
\echo :SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION test.take TO regress_relay;
SET ROLE regress_relay;
SELECT status, handled FROM command_center.apply_messages('guests', :'id', ARRAY[test.at(0)], ARRAY[test.message(0, 'r', '{}')]);
RESET ROLE;
-- The function of somebody who could not do alone what the relay may do runs for no relay: here that is a superuser.
CREATE ROLE regress_author;
GRANT regress_author TO CURRENT_USER;
ALTER FUNCTION test.take OWNER TO regress_author;
SELECT * FROM command_center.apply_messages('guests', :'id', ARRAY[test.at(1)], ARRAY[test.message(1, 's', '{}')]);
\echo :SQLSTATE
SELECT command_center.set_subscription('guests', handler => 'test.take(command_center.kafka_message)');
\echo :SQLSTATE
ALTER FUNCTION test.take OWNER TO CURRENT_USER;

-- What services report by Kafka.
SELECT command_id AS command FROM command_center.execute_command('test.book', '{"id": "r1"}', test.tenant()) \gset
SELECT command_center.set_subscription('command_center.acknowledgements');
SELECT topics, handler, dead_letter_topic, status FROM command_center.list_subscriptions() WHERE subscription ~ 'ack';
SELECT command_center.acknowledge_message(NULL);
SELECT test.id('command_center.acknowledgements') AS id \gset
GRANT EXECUTE ON FUNCTION test.at, test.message TO regress_relay;
SET ROLE regress_relay;
SELECT count(*) FROM command_center.begin_consuming('command_center.acknowledgements', :'id', ARRAY[test.at(0, 0, 'commands.acknowledgements')]);
SELECT status, next_offset, handled, dead_letters, sqlstate, message FROM command_center.apply_messages('command_center.acknowledgements', :'id', ARRAY[test.at(0, 0, 'commands.acknowledgements', 5)], ARRAY[
    test.message(0, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "consumed", "service": "bookings", "at": "2026-01-01T00:00:00Z"}', :'command', test.tenant()), NULL, 0, 'commands.acknowledgements'),
    test.message(1, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "completed", "service": "bookings", "at": "2026-01-01T00:00:01Z", "detail": {"room": 7}}', :'command', test.tenant()), NULL, 0, 'commands.acknowledgements'),
    test.message(2, 'k', NULL, NULL, 0, 'commands.acknowledgements'),
    test.message(3, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "completed", "service": "bookings"}', test.tenant(7), test.tenant()), NULL, 0, 'commands.acknowledgements')]);
RESET ROLE;
SELECT command_center.get_dispatch(test.tenant(), :'command') ->> 'status' AS status;
SELECT kind, service_id, detail FROM command_center.dispatch_events ORDER BY event_id;
SELECT command_center.set_subscription('command_center.acknowledgements', max_attempts => 1);
SELECT status, dead_letters FROM command_center.apply_messages('command_center.acknowledgements', :'id', ARRAY[test.at(4, 0, 'commands.acknowledgements')], ARRAY[
    test.message(4, 'k', 'nonsense', NULL, 0, 'commands.acknowledgements'), test.message(5, 'k', '{}', NULL, 0, 'commands.acknowledgements'),
    test.message(6, 'k', '{"tenantId": "x"}', NULL, 0, 'commands.acknowledgements'), test.message(7, 'k', '{"tenantId": 1}', NULL, 0, 'commands.acknowledgements'),
    test.message(8, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "done", "service": "bookings"}', :'command', test.tenant()), NULL, 0, 'commands.acknowledgements'),
    test.message(9, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "failed", "service": "bookings"}', :'command', test.tenant()), NULL, 0, 'commands.acknowledgements'),
    test.message(10, 'k', format('{"commandId": "%s", "tenantId": "%s", "status": "failed", "service": "nobody"}', :'command', test.tenant()), NULL, 0, 'commands.acknowledgements')]);
SELECT "offset", sqlstate, error FROM command_center.list_dead_letters('command_center.acknowledgements');

DROP OWNED BY regress_relay, regress_author;
DROP ROLE regress_relay, regress_author;
DROP TABLE test.guests;
DROP FUNCTION test.take, test.take_all, test.message, test.id, test.at, test.busy, test.with_rights;
