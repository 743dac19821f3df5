-- maintain() empties old days of offsets, and never loses the last offset of a subscription that there is: it carries it on.
\set SHOW_CONTEXT never
CALL test.start();
SET command_center.maintenance_lock_timeout = '60s';
CREATE FUNCTION test.ignore(message command_center.kafka_message) RETURNS void LANGUAGE sql AS '';
CREATE PROCEDURE test.make_day(day date) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE command_center.%1$I (LIKE command_center.consumer_offsets INCLUDING ALL)', 'consumer_offsets' || to_char(day, '_YYYYMMDD'));
    EXECUTE format('ALTER TABLE command_center.consumer_offsets ATTACH PARTITION command_center.%1$I FOR VALUES FROM (%2$L) TO (%3$L)',
        'consumer_offsets' || to_char(day, '_YYYYMMDD'), day, day + 1);
END $$;
CREATE FUNCTION test.days() RETURNS TABLE (name name, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' AND relname ~ '_2020[0-9]{4}$' ORDER BY relname COLLATE "C" LOOP
        EXECUTE format('SELECT count(*) FROM command_center.%I', name) INTO rows;
        RETURN NEXT;
    END LOOP;
END $$;
CALL test.make_day('2020-01-01');
CALL test.make_day('2020-01-02');
CALL test.make_day('2020-01-03');
SELECT command_center.set_subscription('guests', '{guests}', 'test.ignore(command_center.kafka_message)');
SELECT command_center.set_subscription('rooms', '{rooms}', 'test.ignore(command_center.kafka_message)');
INSERT INTO command_center.consumer_offsets (subscription_id, topic, partition, advanced_at, next_offset)
SELECT subscription_id, topics[1], partition, day, offsets
FROM command_center.subscriptions, (VALUES ('guests', 0, '2020-01-01'::timestamptz, 1), ('guests', 0, '2020-01-02', 2), ('guests', 0, '2020-01-03', 3),
    ('guests', 1, '2020-01-02', 7), ('rooms', 0, '2020-01-01', 5)) AS at (name, partition, day, offsets)
WHERE name = subscription;
SELECT * FROM test.days();

-- Guests have a later offset than that of the first day, rooms have not; partition 1 of guests has none after the second. Nobody needs the days.
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT subscription, partition, next_offset, advanced_at AT TIME ZONE 'UTC' AS advanced_at FROM command_center.list_consumer_offsets();
SELECT topic, partition, next_offset, carried_from AT TIME ZONE 'UTC' AS carried_from FROM command_center.consumer_offsets ORDER BY 1, 2;
SELECT severity, finding FROM command_center.health WHERE name = 'subscriptions';

-- It goes on from there.
SELECT subscription_id AS rooms FROM command_center.subscriptions WHERE subscription = 'rooms' \gset
SELECT status, next_offset FROM command_center.apply_messages('rooms', :'rooms', ARRAY[ROW('rooms', 0, 5, 1, NULL)::command_center.consumer_position],
    ARRAY[ROW('rooms', 0, 5, NULL, 'k', 'v', NULL, NULL, NULL, NULL)::command_center.kafka_message]);
SELECT command_center.maintain();
SELECT * FROM test.days();
-- By hand, one partition of it. Where the partition ends is not forgotten: what waits behind is still told.
UPDATE command_center.consumer_offsets SET end_offset = 11 WHERE topic = 'rooms';
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 9, 'the topic was made anew', 6) AS before;
SELECT next_offset, end_offset FROM command_center.list_consumer_offsets() WHERE topic = 'rooms';
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 9, 'the same');
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 12, 'not in kafka any more, says the relay', 6);
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 12, 'not in kafka any more, says the relay', 9);
SELECT command_center.move_consumer_offset('rooms', 'rooms', 1, 9, 'never begun');
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('rooms', 'guests', 0, 9, 'not its topic');
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('nobody', 'rooms', 0, 9, 'unknown');
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, -1, 'no offset');
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 9, '');
\echo :SQLSTATE
SELECT command_center.move_consumer_offset('rooms', 'rooms', 0, 9, NULL);
\echo :SQLSTATE
SELECT object, before, after, reason FROM command_center.control_audit WHERE action = 'move_consumer_offset' ORDER BY audit_id;
SELECT severity, finding FROM command_center.doctor() WHERE name = 'subscriptions' AND finding LIKE '%passed over%';
UPDATE command_center.consumer_offsets SET end_offset = 20, carried_from = clock_timestamp() - interval '1 hour' WHERE next_offset = 12;
DELETE FROM command_center.consumer_offsets WHERE topic = 'rooms' AND next_offset < 12;
SELECT severity, finding FROM command_center.health WHERE name = 'subscriptions';
-- One transaction locks a part of many that are quiet; the next call finds the others, and the day goes when none is left.
CALL test.make_day('2020-01-05');
INSERT INTO command_center.consumer_offsets (subscription_id, topic, partition, advanced_at, next_offset)
SELECT subscription_id, 'rooms', partition, '2020-01-05', partition FROM command_center.subscriptions, generate_series(1, 300) AS partition WHERE subscription = 'rooms';
BEGIN;
SELECT command_center.maintain();
SELECT count(*) FILTER (WHERE carried_from < '2020-01-06') AS carried FROM command_center.consumer_offsets;
SELECT count(*) BETWEEN 256 AND 300 AS bounded FROM pg_locks WHERE pid = pg_backend_pid() AND objsubid = 17219;
COMMIT;
SELECT * FROM test.days();
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT count(*), sum(next_offset) FROM command_center.list_consumer_offsets() WHERE topic = 'rooms' AND partition > 0;
DELETE FROM command_center.consumer_offsets WHERE partition > 0 AND topic = 'rooms';
-- Of a subscription that was removed nothing is.
SELECT command_center.remove_subscription('guests');
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT subscription, partition, next_offset FROM command_center.list_consumer_offsets();
DROP FUNCTION test.ignore, test.days;
DROP PROCEDURE test.make_day;
