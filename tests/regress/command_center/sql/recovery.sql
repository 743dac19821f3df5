-- After a failover that lost commits, what Kafka has is not sent again and everything else is: told by the ids of messages, read back from Kafka.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE PROCEDURE test.book(VARIADIC ids text[]) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.book', jsonb_build_object('id', id), test.tenant()) FROM unnest(ids) AS id;
END $$;
CREATE TABLE test.kafka (batch_id bigint, progress jsonb);
CREATE FUNCTION test.open(through bigint, max_messages integer DEFAULT 1000) RETURNS TABLE (batch bigint, ids text) LANGUAGE sql AS $$
    WITH opened AS (
        INSERT INTO test.kafka SELECT batch_id, progress FROM command_center.next_batch('default', through, max_messages) RETURNING batch_id
    )
    SELECT batch_id, (SELECT string_agg(partition_key, ' ' ORDER BY ordinality) FROM command_center.batch_messages('default', batch_id) WITH ORDINALITY)
    FROM opened
$$;
CREATE FUNCTION test.record(batch bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT progress FROM test.kafka WHERE batch_id = batch $$;
-- The ids that were read back.
CREATE FUNCTION test.read_back(VARIADIC keys text[]) RETURNS TABLE (published bigint, unknown uuid[]) LANGUAGE sql AS $$
    SELECT * FROM command_center.recover_messages('default', 'relay-1', ARRAY(
        SELECT message_id FROM command_center.transactional_outbox WHERE partition_key = ANY (keys)
        UNION ALL SELECT '01990000-0000-7000-8000-00000000000f' WHERE 'lost' = ANY (keys)), now())
$$;
CREATE FUNCTION test.finish(batch bigint) RETURNS bigint LANGUAGE sql AS $$
    WITH finished AS (INSERT INTO test.kafka SELECT (record ->> 'batch')::bigint, record
        FROM command_center.finish_recovery('default', 'relay-1', test.record(batch), '{"notSentAgain": 0}') AS record RETURNING batch_id)
    SELECT batch_id FROM finished
$$;
CREATE FUNCTION test.published() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(message.partition_key, ' ' ORDER BY message.partition_key) FROM command_center.transactional_outbox AS message
    WHERE command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published'
$$;

-- Kafka has five of six messages in three batches; the first is known to be published, as a slice of its window. The row of the third batch is lost.
CALL test.book('a');
CALL test.book('b');
CALL test.book('c');
CALL test.book('d');
CALL test.book('e');
SELECT * FROM test.open(0, 2);
SELECT * FROM test.open(1, 2);
SELECT * FROM test.open(2, 2);
DELETE FROM command_center.publication_batches WHERE batch_id = 3;
-- Written by the new primary: its transaction id may be one that was used before.
CALL test.book('f');
SELECT command_center.resume_publication('default', test.record(3), 2);
\echo :SQLSTATE

-- Only the relay with the lease.
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(3));
\echo :SQLSTATE
SELECT granted FROM command_center.acquire_lease('default', 'relay-1', '1 hour');
SELECT read_from = (SELECT opened_at FROM command_center.publication_batches WHERE batch_id = 1) AS since_the_last_that_is_known, promoted, topics
FROM command_center.begin_recovery('default', 'relay-1', test.record(3));
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(3) || '{"timeline": 0}');
-- What is known to be published anyway does not count, and what is not here is told.
SELECT * FROM test.read_back('a', 'c', 'd', 'lost');
SELECT * FROM test.read_back('e', 'lost');
SELECT * FROM test.read_back('c', 'e', 'lost');
SELECT * FROM command_center.recover_messages('default', 'relay-1', '{}', now());
SELECT test.finish(3);
-- Killed before Kafka had the record: as before, and it can be done again.
SELECT command_center.resume_publication('default', test.record(3), 2);
\echo :SQLSTATE
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(3));
SELECT * FROM test.read_back('a', 'b', 'c', 'd', 'e', 'lost');
SELECT test.finish(3);
SELECT command_center.resume_publication('default', test.record(5), 2);
SELECT pending_messages FROM command_center.outbox_status;
SELECT test.published();
SELECT * FROM test.open(5);
SELECT command_center.resume_publication('default', test.record(5), 2);
SELECT pending_messages, test.published() FROM command_center.outbox_status;
SELECT action, object, before ->> 'batch' AS batch, after FROM command_center.control_audit WHERE action = 'finish_recovery';

-- What this database has opened, and Kafka has nothing of, is sent; what is put aside stays so.
CALL test.book('g');
CALL test.book('h');
SELECT * FROM test.open(6);
SELECT command_center.park_messages('default', 'relay-1', 7, ARRAY[position], ARRAY[message_id], '{too large}') FROM command_center.transactional_outbox WHERE partition_key = 'g';
INSERT INTO test.kafka SELECT 100, progress || '{"batch": 100}' FROM test.kafka WHERE batch_id = 7;
SELECT command_center.resume_publication('default', test.record(100), 2);
\echo :SQLSTATE
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(100));
SELECT * FROM test.read_back('lost');
SELECT test.finish(100);
SELECT command_center.resume_publication('default', test.record(101), 2);
SELECT * FROM test.open(101);
SELECT count(*) AS parked FROM command_center.list_parked();
-- It is a publisher like any other again.
SELECT * FROM test.open(102);
CALL test.book('i');
SELECT * FROM test.open(102);
SELECT command_center.resume_publication('default', test.record(104), 2);

-- Lost again, with nothing known after the recovery; and of all batches.
CALL test.book('j');
DELETE FROM command_center.publication_batches WHERE batch_id > 101;
SELECT command_center.resume_publication('default', test.record(104), 2);
\echo :SQLSTATE
SELECT * FROM test.read_back('h', 'i');
SELECT test.finish(104);
SELECT * FROM test.open(105);
DELETE FROM command_center.publication_batches;
SELECT read_from = (SELECT installed_at FROM command_center.installation) AS since_ever FROM command_center.begin_recovery('default', 'relay-1', test.record(105));
SELECT * FROM test.read_back('a', 'b', 'f', 'h', 'i');
SELECT test.finish(105);
SELECT * FROM test.open(106);

-- What cannot be settled so.
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(105));
\echo :SQLSTATE
SELECT FROM command_center.finish_recovery('default', 'relay-1', test.record(105), '{}');
\echo :SQLSTATE
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(106) || '{"batch": 1000, "identity": "strange"}');
\echo :SQLSTATE
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(106) || '{"batch": 1000, "publisher": "other"}');
\echo :SQLSTATE
SELECT FROM command_center.begin_recovery('default', 'relay-1', '{}');
\echo :SQLSTATE
SELECT FROM command_center.recover_messages('default', 'relay-1', array_fill(gen_random_uuid(), '{100001}'), now());
\echo :SQLSTATE
SELECT FROM command_center.recover_messages('default', 'relay-2', ARRAY[gen_random_uuid()], now());
\echo :SQLSTATE
SELECT FROM command_center.begin_recovery('nobody', 'relay-1', test.record(106));
\echo :SQLSTATE
SELECT count(*) FROM command_center.begin_recovery('default', 'relay-1', NULL);
INSERT INTO command_center.publishers SELECT 'second', identity FROM command_center.publishers;
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(106) || '{"batch": 1000}');
\echo :SQLSTATE
DELETE FROM command_center.publishers WHERE publisher = 'second';
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(106));
\echo :SQLSTATE
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT FROM command_center.recover_messages('default', 'relay-1', ARRAY[gen_random_uuid()], now());
\echo :SQLSTATE
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT FROM command_center.finish_recovery('default', 'relay-1', test.record(106), '{}');
\echo :SQLSTATE
ROLLBACK;

-- What was released in the time that was lost is put aside here still, and Kafka has it; what comes behind it in its key waits no longer than it.
SELECT command_center.set_topic('shop.events');
SELECT count(command_center.publish_event('shop.events', 'e', to_jsonb(word), test.tenant(), left(word, 1), ordered => true)) FROM unnest('{k1,k2,l1,l2,m1}'::text[]) AS word;
SELECT batch_id, messages FROM command_center.next_batch('default', 107);
SELECT max(batch_id) AS batch_id FROM command_center.publication_batches \gset
SELECT command_center.park_messages('default', 'relay-1', :batch_id, array_agg("position"), array_agg(message_id), array_agg('too large'::text))
FROM command_center.batch_messages('default', :batch_id) WHERE value::jsonb ->> 'payload' IN ('k1', 'l1');
SELECT value::jsonb ->> 'payload' AS parked FROM command_center.parked_messages WHERE topic = 'shop.events' ORDER BY "position";
INSERT INTO test.kafka SELECT 300, progress || '{"batch": 300}' FROM test.kafka WHERE batch_id = 106;
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(300));
SELECT published, cardinality(unknown) AS unknown FROM command_center.recover_messages('default', 'relay-1', ARRAY(
    SELECT message_id FROM command_center.parked_messages WHERE value::jsonb ->> 'payload' IN ('k1', 'k2', 'l1') UNION ALL
    SELECT message_id FROM command_center.transactional_outbox WHERE value::jsonb ->> 'payload' = 'm1'), now());
SELECT test.finish(300);
SELECT copy.value::jsonb ->> 'payload' AS parked FROM command_center.list_parked() JOIN command_center.parked_messages AS copy USING ("position", message_id) WHERE copy.topic = 'shop.events';
SELECT partition_key AS held FROM command_center.key_holds WHERE topic = 'shop.events';
SELECT sum(pending_messages) AS pending FROM command_center.outbox_status;
SELECT string_agg(value::jsonb ->> 'payload', ' ') AS sent FROM command_center.next_batch('default', 301) AS batch, command_center.batch_messages('default', batch.batch_id);
SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked() WHERE topic = 'shop.events'), 'it fits');

-- Both know the batch, but the promoted server not what was put aside of it: it would take that for published.
SELECT batch_id, messages, progress FROM command_center.next_batch('default', 302) \gset
SELECT command_center.park_messages('default', 'relay-1', :batch_id, array_agg("position"), array_agg(message_id), array_agg('too large'::text)) FROM command_center.batch_messages('default', :batch_id);
INSERT INTO test.kafka SELECT 303, :'progress'::jsonb || jsonb_build_object('parkedThrough', command_center.parked_through('default'));
SELECT command_center.resume_publication('default', test.record(303) || '{"timeline": 0}', 2) = :batch_id AS agreed;
BEGIN;
DELETE FROM command_center.parked_messages WHERE batch_id = :batch_id;
DELETE FROM command_center.key_holds;
SELECT command_center.resume_publication('default', test.record(303), 2) = :batch_id AS agreed_without_a_promotion;
SELECT command_center.resume_publication('default', test.record(303) || '{"timeline": 0, "parkedThrough": "2020-01-01"}', 2) = :batch_id AS agreed_about_what_is_long_gone;
SAVEPOINT before;
SELECT command_center.resume_publication('default', test.record(303) || '{"timeline": 0}', 2);
\echo :SQLSTATE
ROLLBACK TO before;
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(303) || '{"timeline": 0}');
SELECT test.finish(303) = :batch_id + 1 AS finished;
SELECT string_agg(value::jsonb ->> 'payload', ' ') AS sent FROM command_center.next_batch('default', :batch_id + 1) AS batch, command_center.batch_messages('default', batch.batch_id);
ROLLBACK;

-- Nobody can ask for the rows of what is prepared, and Kafka may have them.
INSERT INTO test.kafka SELECT 400, progress || '{"batch": 400}' FROM test.kafka WHERE batch_id = 301;
BEGIN;
CALL test.book('p');
PREPARE TRANSACTION 'in doubt';
SELECT FROM command_center.begin_recovery('default', 'relay-1', test.record(400));
\echo :SQLSTATE
SELECT command_center.release_lease('default', 'relay-1');
SELECT command_center.rebase_outbox('default', test.record(400));
\echo :SQLSTATE
COMMIT PREPARED 'in doubt';
SELECT granted FROM command_center.acquire_lease('default', 'relay-1', '1 hour');
SELECT promoted FROM command_center.begin_recovery('default', 'relay-1', test.record(400));
SELECT command_center.release_lease('default', 'relay-1');
DROP TABLE test.kafka;
DROP FUNCTION test.open, test.record, test.read_back, test.finish, test.published;
DROP PROCEDURE test.book;
