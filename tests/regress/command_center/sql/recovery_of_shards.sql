-- After a failover that lost commits each shard settles what is its own, whatever the others have: nothing is sent again, nothing is lost.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE TABLE test.kafka (publisher text, batch_id bigint, message_id uuid, progress jsonb);
CREATE FUNCTION test.book(VARIADIC keys text[]) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', key), test.tenant())) FROM unnest(keys) AS key
$$;
-- The record that Kafka has of a publisher.
CREATE FUNCTION test.progress(of_publisher text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT progress FROM test.kafka WHERE publisher = of_publisher ORDER BY batch_id DESC LIMIT 1
$$;
-- Does what a relay does as this publisher, so many batches of two messages; answers how many messages those were.
CREATE FUNCTION test.publish(as_publisher text, batches integer DEFAULT 1000) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    through bigint := command_center.resume_publication(as_publisher, test.progress(as_publisher), 2);
    before bigint := (SELECT count(message_id) FROM test.kafka);
    batch record;
BEGIN
    FOR i IN 1 .. batches LOOP
        SELECT * INTO batch FROM command_center.next_batch(as_publisher, through, 2);
        EXIT WHEN batch.batch_id IS NULL;
        INSERT INTO test.kafka SELECT as_publisher, batch.batch_id, message_id, batch.progress FROM command_center.batch_messages(as_publisher, batch.batch_id);
        through := batch.batch_id;
    END LOOP;
    RETURN (SELECT count(message_id) FROM test.kafka) - before;
END $$;
-- A promoted standby goes back to where the database was when it was cut off.
CREATE TABLE test.batches AS TABLE command_center.publication_batches;
CREATE TABLE test.publishers AS TABLE command_center.publishers;
CREATE PROCEDURE test.cut_off() LANGUAGE sql AS $$
    DELETE FROM test.batches;
    INSERT INTO test.batches TABLE command_center.publication_batches;
    DELETE FROM test.publishers;
    INSERT INTO test.publishers TABLE command_center.publishers;
$$;
CREATE PROCEDURE test.promote() LANGUAGE sql AS $$
    DELETE FROM command_center.publication_batches;
    INSERT INTO command_center.publication_batches TABLE test.batches;
    DELETE FROM command_center.publishers;
    INSERT INTO command_center.publishers TABLE test.publishers;
$$;
CREATE FUNCTION test.recover(as_publisher text) RETURNS TABLE (not_sent_again bigint, lost integer) LANGUAGE plpgsql AS $$
DECLARE
    last jsonb := test.progress(as_publisher);
    plan record;
    next jsonb;
BEGIN
    PERFORM command_center.acquire_lease(as_publisher, 'recovery', '1 hour');
    SELECT * INTO plan FROM command_center.begin_recovery(as_publisher, 'recovery', last);
    SELECT found.published, cardinality(found.unknown) INTO not_sent_again, lost
        FROM command_center.recover_messages(as_publisher, 'recovery', ARRAY(SELECT message_id FROM test.kafka WHERE message_id IS NOT NULL), plan.read_from) AS found;
    next := command_center.finish_recovery(as_publisher, 'recovery', last, '{}');
    INSERT INTO test.kafka VALUES (as_publisher, (next ->> 'batch')::bigint, NULL, next);
    PERFORM command_center.release_lease(as_publisher, 'recovery');
    RETURN NEXT;
END $$;
-- What is wrong: nothing, and in the end nothing is left to send.
CREATE FUNCTION test.faults() RETURNS TABLE (what text, times bigint) LANGUAGE sql AS $$
    WITH outbox AS (SELECT message.*, EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id) AS sent FROM command_center.transactional_outbox AS message),
    fault (what, times) AS (
        SELECT 'sent twice', count(message_id) - count(DISTINCT message_id) FROM test.kafka
        UNION ALL SELECT 'get_dispatch is wrong', count(*) FROM outbox WHERE sent <> (command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published')
        UNION ALL SELECT 'outbox_status is wrong', (SELECT sum(pending_messages) FROM command_center.outbox_status) - count(*) FILTER (WHERE NOT sent) FROM outbox)
    SELECT * FROM fault WHERE times <> 0
$$;
CREATE FUNCTION test.not_sent() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM command_center.transactional_outbox AS message WHERE NOT EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id)
$$;

SELECT command_center.set_publishers(2);
SELECT test.publish('default');
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
-- Of the first shard the database knows that some slices are published, of the second nothing; Kafka has more of both. What came before them is long gone.
SELECT test.publish('default:2:1/2', 4);
CALL test.cut_off();
SELECT test.publish('default:2:1/2') AS first, test.publish('default:2:2/2', 1) AS second;
CALL test.promote();
DELETE FROM command_center.publication_batches WHERE publisher = 'default';
SELECT test.book('a', 'b', 'c', 'd');
SELECT test.publish('default:2:1/2');
\echo :SQLSTATE
SELECT test.publish('default:2:2/2');
\echo :SQLSTATE
SELECT * FROM test.recover('default:2:1/2');
SELECT test.publish('default:2:1/2');
SELECT * FROM test.recover('default:2:2/2');
SELECT * FROM test.faults();
SELECT test.publish('default:2:2/2');
SELECT * FROM test.faults();
SELECT test.not_sent();

-- Those before it come to their end again, and then who followed them goes on from what it has in Kafka.
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT command_center.set_publishers(1);
SELECT test.book('a', 'b', 'c', 'd');
CALL test.cut_off();
SELECT test.publish('default:2:1/2') + test.publish('default:2:2/2') AS before_the_end, test.publish('default:3:1/1', 1) AS after_it;
CALL test.promote();
SELECT * FROM test.recover('default:3:1/1');
\echo :SQLSTATE
SELECT * FROM test.recover('default:2:1/2');
SELECT * FROM test.recover('default:2:2/2');
SELECT test.publish('default:2:1/2') + test.publish('default:2:2/2') AS again;
SELECT publisher FROM command_center.publishers;
SELECT * FROM test.recover('default:3:1/1');
SELECT test.publish('default:3:1/1');
SELECT * FROM test.faults();
SELECT test.not_sent();
SELECT object, before ->> 'batch' AS batch FROM command_center.control_audit WHERE action = 'finish_recovery' ORDER BY audit_id;

-- Not beside a publisher that is no shard.
SELECT granted FROM command_center.acquire_lease('default:3:1/1', 'recovery', '1 hour');
INSERT INTO command_center.publishers SELECT 'second', command_center.database_identity();
SELECT FROM command_center.recover_messages('default:3:1/1', 'recovery', ARRAY[gen_random_uuid()], now());
\echo :SQLSTATE
DELETE FROM command_center.publishers WHERE publisher = 'second';
DROP TABLE test.kafka, test.batches, test.publishers;
DROP FUNCTION test.book, test.progress, test.publish, test.recover, test.faults, test.not_sent;
DROP PROCEDURE test.cut_off, test.promote;
