-- rebase_outbox() settles what is published by Kafka's progress record: what Kafka has is not sent again, everything else is.
\set SHOW_CONTEXT never
CALL test.start();
-- In a millisecond of its own: what was made after a batch was opened is told by the time in its id.
CREATE PROCEDURE test.book(VARIADIC ids text[]) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    WHILE date_trunc('milliseconds', clock_timestamp()) <= began LOOP END LOOP;
    PERFORM command_center.execute_command('test.book', jsonb_build_object('id', id), test.tenant()) FROM unnest(ids) AS id;
END $$;
-- What Kafka would hold: the record of each batch.
CREATE TABLE test.kafka (batch_id bigint, messages integer, progress jsonb);
CREATE FUNCTION test.open(through bigint, max_messages integer DEFAULT 1000) RETURNS TABLE (batch bigint, ids text) LANGUAGE sql AS $$
    WITH opened AS (
        INSERT INTO test.kafka SELECT batch_id, messages, progress FROM command_center.next_batch('default', through, max_messages) RETURNING batch_id
    )
    SELECT batch_id, (SELECT string_agg(partition_key, ' ' ORDER BY ordinality) FROM command_center.batch_messages('default', batch_id) WITH ORDINALITY)
    FROM opened
$$;
CREATE FUNCTION test.record(batch bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT progress FROM test.kafka WHERE batch_id = batch $$;

SELECT command_center.recorded_progress('default') IS NULL AS nothing_yet;
CALL test.book('a');
CALL test.book('b');
CALL test.book('c');
SELECT * FROM test.open(0, 2);
SELECT command_center.recorded_progress('default') IS NULL AS nothing_yet;
SELECT * FROM test.open(1);
SELECT command_center.recorded_progress('default') = test.record(1) AS is_the_record_of_the_first_batch;
CALL test.book('d');

-- Restored into another database: Kafka had the first batch, and had no word of the rest.
UPDATE command_center.publishers SET identity = 'original';
\set VERBOSITY terse
SELECT command_center.publisher_identity('default');
\echo :SQLSTATE
\set VERBOSITY default
SELECT command_center.rebase_outbox('default', jsonb_set(test.record(1), '{identity}', '"original"'));
SELECT identity = command_center.database_identity() AS took_our_identity FROM command_center.publishers;
-- Under the new identity Kafka has no record. Written after the rebase, and before anything is published, counts.
SELECT command_center.resume_publication('default', NULL);
CALL test.book('e');
SELECT * FROM test.open(0);
SELECT command_center.resume_publication('default', NULL);
SELECT command_center.resume_publication('default', test.record(4));
SELECT * FROM test.open(4);
SELECT command_center.resume_publication('default', test.record(4));
SELECT action, object, before ? 'snapshotAfter' AS has_the_record, after FROM command_center.control_audit WHERE action = 'rebase_outbox';

-- Kafka is ahead: the database was set back, Kafka has batches that it does not know. A batch of Kafka's last record is the truth.
CALL test.book('f');
CALL test.book('g');
SELECT * FROM test.open(4);
CALL test.book('h');
INSERT INTO test.kafka SELECT 1000, 5, progress || '{"batch": 1000, "lastPosition": 1000000}' FROM test.kafka WHERE batch_id = 6;
SELECT command_center.resume_publication('default', test.record(1000));
\echo :SQLSTATE
SELECT command_center.rebase_outbox('default', test.record(1000));
SELECT command_center.resume_publication('default', test.record(1000));
SELECT command_center.resume_publication('default', test.record(1000));
-- Any other record is still refused.
SELECT command_center.resume_publication('default', test.record(6));
\echo :SQLSTATE
SELECT * FROM test.open(1000);
SELECT command_center.resume_publication('default', test.record(1000));
SELECT * FROM test.open(1000);
SELECT batch_id FROM test.kafka WHERE batch_id > 1000;
-- What the database records of Kafka's batch is what Kafka knows of it, when it was opened included: the next rebase may rest on that.
SELECT opened_at = (test.record(1000) ->> 'openedAt')::timestamptz AS as_in_kafka FROM command_center.publication_batches WHERE batch_id = 1000;

-- What was executed after the record was written is not in Kafka, whatever the snapshots say: their transaction ids are given out again.
CALL test.book('i');
SELECT * FROM test.open(1003);
SELECT command_center.rebase_outbox('default', test.record(1004) || '{"openedAt": "2020-01-01T00:00:00Z"}');
SELECT opened_at = (SELECT min(to_date(right(relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC' FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = 'command_center.publication_batches'::regclass) AS on_the_first_day_there_is FROM command_center.publication_batches WHERE batch_id = 1004;
SELECT command_center.resume_publication('default', test.record(1004));
SELECT * FROM test.open(1004);

-- The progress topic is lost: the database's own record tells, and may be a batch behind; ids of messages fill the gap.
SELECT command_center.resume_publication('default', NULL);
\echo :SQLSTATE
CALL test.book('j', 'k');
SELECT * FROM test.open(1007, 1);
SELECT command_center.rebase_outbox('default', command_center.recorded_progress('default'),
    ARRAY(SELECT message_id FROM command_center.transactional_outbox WHERE partition_key = 'j'));
SELECT command_center.resume_publication('default', NULL);
SELECT * FROM test.open(0);

-- Kafka has nothing, it is another cluster: everything that is kept is sent, but for messages known to be there.
CALL test.book('l');
SELECT command_center.rebase_outbox('default', NULL, ARRAY(SELECT message_id FROM command_center.transactional_outbox WHERE partition_key = 'a'));
SELECT command_center.resume_publication('default', NULL);
SELECT * FROM test.open(0);

-- Not while a relay works, nor with a record that is not ours.
SELECT granted FROM command_center.acquire_lease('default', 'relay-1', '1 hour');
SELECT command_center.rebase_outbox('default', NULL);
\echo :SQLSTATE
SELECT command_center.release_lease('default', 'relay-1');
SELECT command_center.rebase_outbox('default', test.record(1) || '{"publisher": "other"}');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT command_center.rebase_outbox('default', test.record(1) || '{"identity": "strange"}');
\echo :SQLSTATE
SELECT command_center.rebase_outbox('default', '{}');
\echo :SQLSTATE
SELECT command_center.rebase_outbox('default', '[]');
\echo :SQLSTATE
SELECT command_center.rebase_outbox('default', test.record(1) || '{"snapshotAfter": "none"}');
\echo :SQLSTATE
SELECT command_center.rebase_outbox(NULL, NULL);
\echo :SQLSTATE
SELECT command_center.rebase_outbox('nobody', NULL);
\echo :SQLSTATE
SELECT command_center.recorded_progress('nobody');
\echo :SQLSTATE
INSERT INTO command_center.publishers SELECT 'second', identity FROM command_center.publishers;
SELECT command_center.rebase_outbox('default', NULL);
\echo :SQLSTATE
DELETE FROM command_center.publishers WHERE publisher = 'second';
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT command_center.rebase_outbox('default', NULL);
\echo :SQLSTATE
ROLLBACK;
-- Only messages were written anew.
SELECT count(*) FILTER (WHERE transaction_id = '2') AS rewritten, count(*) > 0 AS some FROM command_center.command_dispatches;
DROP TABLE test.kafka;
DROP FUNCTION test.open, test.record;
DROP PROCEDURE test.book;
