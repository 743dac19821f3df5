-- The keys of an outbox are divided among publishers: each message has one, before, while and after their number changes, and each key keeps its order.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE TABLE test.kafka (n bigint GENERATED ALWAYS AS IDENTITY, publisher text, message_id uuid, partition_key text, "position" bigint);
CREATE TABLE test.progress (publisher text PRIMARY KEY, progress jsonb);

CREATE FUNCTION test.book(VARIADIC keys text[]) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', key), test.tenant())) FROM unnest(keys) AS key
$$;
-- Does what a relay does as this publisher, until there is nothing to do; and answers how many messages that were.
CREATE FUNCTION test.publish(as_publisher text, most integer DEFAULT 3) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    through bigint := command_center.resume_publication(as_publisher, (SELECT progress FROM test.progress WHERE publisher = as_publisher), 2);
    batch record;
    before bigint := (SELECT count(*) FROM test.kafka);
BEGIN
    LOOP
        SELECT * INTO batch FROM command_center.next_batch(as_publisher, through, most);
        EXIT WHEN batch.batch_id IS NULL;
        INSERT INTO test.kafka (publisher, message_id, partition_key, "position")
            SELECT as_publisher, message_id, partition_key, "position" FROM command_center.batch_messages(as_publisher, batch.batch_id);
        INSERT INTO test.progress VALUES (as_publisher, batch.progress) ON CONFLICT (publisher) DO UPDATE SET progress = EXCLUDED.progress;
        through := batch.batch_id;
    END LOOP;
    RETURN (SELECT count(*) FROM test.kafka) - before;
END $$;
-- Lets one relay for each shard work, until those that are at work have no end.
CREATE FUNCTION test.publish_all(shards integer) RETURNS TABLE (was text, ended boolean) LANGUAGE plpgsql AS $$
BEGIN
    LOOP
        FOR was IN SELECT DISTINCT command_center.publisher_of_shard(shard, shards) FROM generate_series(1, shards) AS shard ORDER BY 1 LOOP
            PERFORM test.publish(was);
            ended := NOT EXISTS (SELECT FROM command_center.publishers WHERE publisher = was);
            RETURN NEXT;
        END LOOP;
        EXIT WHEN NOT ended;
    END LOOP;
END $$;
-- What is wrong: nothing.
CREATE FUNCTION test.faults() RETURNS TABLE (what text, times bigint) LANGUAGE sql AS $$
    WITH outbox AS (SELECT message.*, EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id) AS sent FROM command_center.transactional_outbox AS message),
    sent AS (SELECT *, lag("position") OVER (PARTITION BY partition_key ORDER BY n) AS previous FROM test.kafka),
    fault (what, times) AS (
        SELECT 'sent twice', count(*) - count(DISTINCT message_id) FROM test.kafka
        UNION ALL SELECT 'out of order', count(*) FROM sent WHERE previous >= "position"
        UNION ALL SELECT 'get_dispatch is wrong', count(*) FROM outbox WHERE sent <> (command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published')
        UNION ALL SELECT 'list_dispatches is wrong', count(*) FROM outbox JOIN command_center.list_dispatches(test.tenant(), page_size => 1000) AS listed USING (command_id)
            WHERE sent <> (listed.status = 'published')
        UNION ALL SELECT 'outbox_status is wrong', (SELECT sum(pending_messages) FROM command_center.outbox_status) - count(*) FILTER (WHERE NOT sent) FROM outbox)
    SELECT * FROM fault WHERE times <> 0
$$;

-- One of one is what there always was.
SELECT command_center.publisher_of_shard(1, 1), command_center.set_publishers(1);
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'a', 'b', 'c');
SELECT test.publish('default', 4);
SELECT * FROM test.faults();

-- A batch is open when the number changes. What is committed by then stays with whoever had it, the rest waits for that.
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f');
SELECT batch_id, messages FROM command_center.next_batch('default', (SELECT max(published_through) FROM command_center.publication_batches), 2);
SELECT command_center.set_publishers(2), command_center.set_publishers(2) AS again;
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'a');
SELECT publisher, pending_messages FROM command_center.outbox_status ORDER BY publisher COLLATE "C";
SELECT command_center.publisher_of_shard(1, 2), command_center.publisher_of_shard(2, 2) AS the_other;
SELECT * FROM command_center.next_batch('default:2:1/2', 0);
\echo :SQLSTATE
SELECT command_center.resume_publication('default:2:2/2', NULL);
\echo :SQLSTATE
SELECT * FROM test.publish_all(2);
SELECT * FROM test.faults();
SELECT publisher, count(*), string_agg(DISTINCT partition_key, ' ' ORDER BY partition_key) FROM test.kafka GROUP BY publisher ORDER BY publisher COLLATE "C";
-- It is told to a relay that goes on as before.
\set VERBOSITY default
SELECT granted FROM command_center.acquire_lease('default', 'relay', '5 s');
\echo :SQLSTATE
SELECT command_center.publisher_of_shard(1, 1);
\echo :SQLSTATE
\set VERBOSITY terse
SELECT command_center.publisher_of_shard(3, 3);
\echo :SQLSTATE
SELECT command_center.publisher_of_shard(3, 2);
\echo :SQLSTATE
SELECT command_center.publisher_of_shard(1, 2, 'nobody');
\echo :SQLSTATE

-- Several changes before anybody has ended. Relays that are started for the last number do it all.
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT command_center.set_publishers(3);
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT command_center.set_publishers(1);
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT * FROM test.faults();
SELECT * FROM test.publish_all(1);
SELECT * FROM test.faults();
SELECT count(*) AS sent, count(DISTINCT publisher) AS by_publishers FROM test.kafka;

-- What is put aside stays so with its key, whoever has that.
SELECT granted FROM command_center.acquire_lease('default:4:1/1', 'relay', '1 hour');
SELECT test.book('a', 'b');
UPDATE command_center.transactional_outbox SET ordered = true WHERE message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT batch_id AS open FROM command_center.next_batch('default:4:1/1', command_center.resume_publication('default:4:1/1', (SELECT progress FROM test.progress WHERE publisher = 'default:4:1/1'), 2)) \gset
SELECT command_center.park_messages('default:4:1/1', 'relay', :open, ARRAY["position"], ARRAY[message_id], ARRAY['too large'])
FROM command_center.transactional_outbox WHERE partition_key = 'a' AND message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT command_center.set_publishers(2);
SELECT test.book('a', 'b');
UPDATE command_center.transactional_outbox SET ordered = true WHERE message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT * FROM test.publish_all(2);
SELECT partition_key, reason, publisher FROM command_center.list_parked() ORDER BY "position";
SELECT test.book('a');
UPDATE command_center.transactional_outbox SET ordered = true WHERE message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked(reason => 'refused')), 'is small enough now');
SELECT * FROM test.publish_all(2);
SELECT count(*) AS parked FROM command_center.list_parked();
SELECT count(*) - count(DISTINCT message_id) AS sent_twice FROM test.kafka;
SELECT count(*) AS not_sent FROM command_center.transactional_outbox AS message WHERE NOT EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id);
SELECT array_agg(message_id ORDER BY n) = array_agg(message_id ORDER BY message_id) AS in_order FROM test.kafka WHERE partition_key = 'a';
SELECT command_center.release_lease('default:4:1/1', 'relay');
\echo :SQLSTATE

-- A key whose publisher has ended, and whose next one waits for others, stays held: nothing of it is released yet.
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT test.publish('default:5:1/2'), test.publish('default:5:2/2');
SELECT test.book('b', 'd');
UPDATE command_center.transactional_outbox SET ordered = true WHERE message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT publisher AS of_b FROM test.kafka WHERE partition_key = 'b' ORDER BY n DESC LIMIT 1 \gset
SELECT granted FROM command_center.acquire_lease(:'of_b', 'relay', '1 hour');
SELECT batch_id AS open FROM command_center.next_batch(:'of_b', command_center.resume_publication(:'of_b', (SELECT progress FROM test.progress WHERE publisher = :'of_b'), 2)) \gset
SELECT command_center.park_messages(:'of_b', 'relay', :open, ARRAY["position"], ARRAY[message_id], ARRAY['too large'])
FROM command_center.transactional_outbox WHERE partition_key = 'b' AND message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT command_center.release_lease(:'of_b', 'relay');
SELECT command_center.set_publishers(1);
SELECT test.publish(:'of_b') >= 0 AS has_ended;
SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked()), 'too early') AS released;
SELECT count(*) AS held FROM command_center.key_holds;
SELECT test.book('b');
UPDATE command_center.transactional_outbox SET ordered = true WHERE message_id NOT IN (SELECT message_id FROM test.kafka);
SELECT count(*) > 0 AS others_end FROM test.publish_all(1);
SELECT reason FROM command_center.list_parked() ORDER BY "position";
SELECT command_center.release_parked(ARRAY(SELECT message_id FROM command_center.list_parked()), 'now') AS released;
SELECT count(*) > 0 AS published FROM test.publish_all(1);
SELECT array_agg(message_id ORDER BY n) = array_agg(message_id ORDER BY message_id) AS in_order FROM test.kafka WHERE partition_key = 'b';
SELECT count(*) - count(DISTINCT message_id) AS sent_twice FROM test.kafka;
SELECT command_center.set_publishers(2);
SELECT count(*) > 0 AS divided FROM test.publish_all(2);

-- After the loss of a day: each row is judged by the record of its shard, whichever generation that is of, and all begin anew from there.
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT test.publish(command_center.publisher_of_shard(1, 2));
SELECT command_center.set_publishers(3);
SELECT test.book('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
SELECT command_center.rebase_outbox('default', jsonb_agg(progress)) - 'published' FROM test.progress;
SELECT publisher FROM command_center.publishers ORDER BY publisher COLLATE "C";
SELECT * FROM test.publish_all(3);
SELECT count(*) - count(DISTINCT message_id) AS sent_twice FROM test.kafka;
SELECT count(*) AS not_sent FROM command_center.transactional_outbox AS message WHERE NOT EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id);
-- Records from before it say nothing any more; and the database's own do where Kafka's are lost.
SELECT test.book('a', 'b', 'c', 'd');
SELECT command_center.rebase_outbox('default', jsonb_agg(progress)) - 'published' FROM test.progress;
SELECT command_center.set_publishers(2);
SELECT * FROM test.publish_all(2);
SELECT test.book('a', 'b', 'c', 'd');
SELECT jsonb_array_length(command_center.recorded_progress('default')) AS records;
SELECT command_center.rebase_outbox('default', command_center.recorded_progress('default')) - 'published';
SELECT * FROM test.publish_all(2);
SELECT count(*) - count(DISTINCT message_id) AS sent_twice FROM test.kafka;
SELECT count(*) AS not_sent FROM command_center.transactional_outbox AS message WHERE NOT EXISTS (SELECT FROM test.kafka WHERE kafka.message_id = message.message_id);

-- What cannot be.
SELECT command_center.set_publishers(0);
\echo :SQLSTATE
SELECT command_center.set_publishers(65);
\echo :SQLSTATE
SELECT command_center.set_publishers(2, 'nobody');
\echo :SQLSTATE
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT command_center.set_publishers(3);
\echo :SQLSTATE
ROLLBACK;
SELECT action, object, before, after FROM command_center.control_audit WHERE action = 'set_publishers' ORDER BY audit_id LIMIT 2;

-- A second publisher beside another would send again what that has sent.
INSERT INTO command_center.publishers SELECT 'second', command_center.database_identity();
SELECT granted FROM command_center.acquire_lease('second', 'relay', '5 s');
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('second', 0);
\echo :SQLSTATE
SELECT finding FROM command_center.doctor() WHERE name = 'publishers';
DELETE FROM command_center.publishers WHERE publisher = 'second';
DROP TABLE test.kafka, test.progress;
DROP FUNCTION test.book, test.publish, test.publish_all, test.faults;
