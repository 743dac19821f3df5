-- What Kafka does not take is put aside and everything else goes on: nothing is lost, sent twice, or out of the order of its key.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT command_center.set_topic('shop.events'), command_center.set_topic('other.events');
CREATE PROCEDURE test.send(VARIADIC what text[]) LANGUAGE plpgsql AS $$
BEGIN
    -- Topic, key and number, as shop:a1; a capital letter: not ordered.
    PERFORM command_center.publish_event(split_part(word, ':', 1) || '.events', 'e', to_jsonb(word), test.tenant(), substr(split_part(word, ':', 2), 1, 1), ordered => word !~ '[A-Z]')
    FROM unnest(what) AS word;
END $$;
-- What the relay does: opens the next batch, tells what it holds, and publishes it unless it is told otherwise.
CREATE TABLE test.kafka (n bigint GENERATED ALWAYS AS IDENTITY, what text, batch bigint);
CREATE FUNCTION test.through() RETURNS bigint LANGUAGE sql AS $$ SELECT coalesce(max(batch), 0) FROM test.kafka $$;
CREATE FUNCTION test.what(value text) RETURNS text LANGUAGE sql AS $$ SELECT value::jsonb ->> 'payload' $$;
CREATE FUNCTION test.open() RETURNS TABLE (batch bigint, messages integer, what text) LANGUAGE sql AS $$
    SELECT batch_id, messages, (SELECT string_agg(test.what(value), ' ') FROM command_center.batch_messages('default', batch_id))
    FROM command_center.next_batch('default', test.through())
$$;
CREATE FUNCTION test.publish() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    opened bigint;
BEGIN
    SELECT batch INTO opened FROM test.open();
    INSERT INTO test.kafka (what, batch) SELECT test.what(value), opened FROM command_center.batch_messages('default', opened);
    INSERT INTO test.kafka (batch) SELECT opened WHERE opened IS NOT NULL;
    RETURN (SELECT string_agg(what, ' ' ORDER BY n) FROM test.kafka WHERE batch = opened);
END $$;
CREATE FUNCTION test.park(VARIADIC words text[]) RETURNS integer LANGUAGE sql AS $$
    SELECT command_center.park_messages('default', 'relay', batch, array_agg("position"), array_agg(message_id), array_agg('too large'::text))
    FROM test.open(), command_center.batch_messages('default', batch) AS message WHERE test.what(message.value) = ANY (words) GROUP BY batch
$$;
CREATE FUNCTION test.id(word text) RETURNS uuid[] LANGUAGE sql AS $$
    SELECT ARRAY[message_id] FROM command_center.parked_messages WHERE test.what(value) = word LIMIT 1
$$;
CREATE FUNCTION test.parked() RETURNS TABLE (what text, reason text, detail text, ordered boolean) LANGUAGE sql AS $$
    SELECT test.what(copy.value), listed.reason, listed.detail, listed.ordered FROM command_center.list_parked() AS listed
    JOIN command_center.parked_messages AS copy USING ("position", message_id) ORDER BY "position"
$$;
SELECT granted FROM command_center.acquire_lease('default', 'relay', '1 hour');

-- One that is refused takes along what comes behind it in its key and topic, and nothing else.
CALL test.send('shop:a1', 'shop:b1', 'shop:a2', 'other:a3', 'shop:A4', 'shop:a5');
SELECT * FROM test.open();
SELECT test.park('shop:a2') AS parked;
SELECT * FROM test.open();
SELECT test.park('shop:a2') IS NULL AS it_is_gone;
SELECT * FROM test.parked();
-- A page goes on behind a position.
SELECT count(*) AS behind_the_first FROM command_center.list_parked(after_position => (SELECT min("position") FROM command_center.list_parked()));
-- The relay is killed, and asks again: the same.
SELECT * FROM test.open();
SELECT test.publish();
CALL test.send('shop:a6', 'shop:b6', 'shop:A6');
SELECT * FROM test.open();
SELECT test.publish();
SELECT * FROM test.parked();
SELECT severity, finding FROM command_center.health WHERE name = 'parked';
SELECT severity, regexp_replace(finding, '\d{4}-\S+Z', '(time)') AS finding, remedy FROM command_center.doctor() WHERE name = 'parked';

-- All of the key come again in their order, those of no batch yet included, and before what comes later.
CALL test.send('shop:a7', 'shop:c7');
SELECT command_center.release_parked(test.id('shop:a2'), 'the limit was raised');
CALL test.send('shop:a8');
SELECT * FROM test.open();
SELECT test.publish();
SELECT test.publish();
SELECT command_center.release_parked(test.id('shop:a2'), 'again') AS decided_already;
SELECT * FROM test.parked();
SELECT action, object, after - 'messageIds' AS after, reason FROM command_center.control_audit WHERE action LIKE '%parked' ORDER BY audit_id;

-- Refused again, and given up: what came behind it is sent.
CALL test.send('shop:a1', 'shop:a2', 'shop:a3', 'shop:A4');
SELECT test.park('shop:a1', 'shop:a3', 'shop:A4') AS parked;
SELECT * FROM test.parked();
SELECT test.publish() IS NULL AS nothing_is_left_of_it;
SELECT * FROM command_center.discard_parked(test.id('shop:a1'), 'nobody needs it');
SELECT * FROM test.parked();
SELECT test.publish();
SELECT * FROM command_center.discard_parked(test.id('shop:a3'), 'nor this one');
SELECT test.publish();
SELECT * FROM test.parked();
SELECT command_center.release_parked(test.id('shop:A4'), 'try it');
SELECT test.publish();
TABLE command_center.key_holds;

-- A topic that takes nothing is held: batches go on without it.
CALL test.send('shop:a1', 'other:a1', 'shop:A1', 'shop:b1');
SELECT command_center.hold_topic('default', 'relay', batch, 0, 'shop.events', 'it does not exist') FROM test.open();
SELECT * FROM test.open();
SELECT test.publish();
CALL test.send('shop:a2', 'other:a2', 'shop:A2');
SELECT test.publish();
SELECT * FROM test.parked();
SELECT topic, since IS NOT NULL AS held, detail FROM command_center.list_topic_holds('default');
SELECT finding FROM (SELECT regexp_replace(finding, '\d{4}-\S+Z', '(time)') AS finding FROM command_center.doctor() WHERE name = 'held_topics') AS held;
-- Once it is there, what was put aside comes again, and what is still to come behind it.
CALL test.send('shop:a3', 'shop:A3');
SELECT command_center.free_topic('default', 'relay', 'shop.events', max_messages => 1);
SELECT topic, since IS NOT NULL AS held FROM command_center.list_topic_holds('default');
CALL test.send('shop:a4');
SELECT test.publish();
SELECT command_center.free_topic('default', 'relay', 'shop.events', max_messages => 1);
SELECT count(*) FROM command_center.list_topic_holds('default');
SELECT test.publish();
SELECT command_center.free_topic('default', 'relay', 'shop.events');

-- A part of the batch is published when the topic goes.
CALL test.send('shop:a1', 'other:a1', 'shop:a2');
SELECT command_center.hold_topic('default', 'relay', batch, (SELECT min("position") FROM command_center.batch_messages('default', batch)), 'shop.events', 'it was deleted') FROM test.open();
SELECT test.publish();
SELECT command_center.free_topic('default', 'relay', 'shop.events');
SELECT test.publish();

-- In the end everything was sent once, but for what was discarded, and each ordered key in its order.
SELECT count(*) FILTER (WHERE copies > 1) AS twice FROM (SELECT count(*) AS copies FROM command_center.transactional_outbox AS message
    WHERE NOT EXISTS (SELECT FROM command_center.parked_messages AS parked WHERE parked."position" = message."position" AND parked.message_id = message.message_id)
    GROUP BY message_id) AS message;

-- What get_dispatch says: put aside is not published.
SELECT FROM command_center.execute_command('test.book', '{"id": "r-1"}', test.tenant());
SELECT command_center.park_messages('default', 'relay', batch, ARRAY["position"], ARRAY[message_id], ARRAY['refused']) FROM test.open(), command_center.batch_messages('default', batch);
SELECT test.publish() IS NULL AS parked, test.publish() IS NULL AS closed;
SELECT command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' AS state FROM command_center.command_dispatches;
SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked()), 'once more');
SELECT command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' AS state FROM command_center.command_dispatches;
SELECT messages FROM test.open();
SELECT test.publish(), test.publish() IS NULL AS closed;
SELECT command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' AS state FROM command_center.command_dispatches;

-- Who may not.
SELECT command_center.park_messages('default', 'zombie', 1, '{}', '{}', '{}');
\echo :SQLSTATE
SELECT command_center.park_messages('default', 'relay', 1, '{}', '{}', '{}');
\echo :SQLSTATE
SELECT command_center.park_messages('default', 'relay', 1, '{1}', '{}', '{}');
\echo :SQLSTATE
SELECT command_center.park_messages('default', 'relay', 9999, '{}', '{}', '{}');
\echo :SQLSTATE
SELECT command_center.hold_topic('default', 'zombie', 1, 0, 'shop.events', '');
\echo :SQLSTATE
SELECT command_center.free_topic('default', 'zombie', 'shop.events');
\echo :SQLSTATE
SELECT command_center.free_topic('default', 'relay', 'shop.events', 0);
\echo :SQLSTATE
SELECT command_center.release_parked('{}', '');
\echo :SQLSTATE
SELECT command_center.discard_parked('{}', repeat('x', 1001));
\echo :SQLSTATE
SELECT command_center.release_parked(array_agg(gen_random_uuid()), 'many') FROM generate_series(1, 10001);
\echo :SQLSTATE
SELECT command_center.release_parked('{}', 'x', publisher => 'nobody');
\echo :SQLSTATE
SELECT * FROM command_center.list_parked(reason => 'moved');
\echo :SQLSTATE
SELECT * FROM command_center.list_parked(max_messages => 0);
\echo :SQLSTATE
DROP TABLE test.kafka;
DROP FUNCTION test.through, test.open, test.publish, test.park, test.what, test.id, test.parked;
DROP PROCEDURE test.send;
