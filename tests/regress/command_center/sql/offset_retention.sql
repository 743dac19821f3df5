-- maintain() empties old days of offsets, and never the last offset of a subscription that there is.
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

-- Guests have a later offset than that of the first day, rooms have not; partition 1 of guests has none after the second.
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT subscription, partition, next_offset FROM command_center.list_consumer_offsets();

-- It goes on from there, and the day is no longer needed.
SELECT subscription_id AS rooms FROM command_center.subscriptions WHERE subscription = 'rooms' \gset
SELECT status, next_offset FROM command_center.apply_messages('rooms', :'rooms', ARRAY[ROW('rooms', 0, 5, 1, NULL)::command_center.consumer_position],
    ARRAY[ROW('rooms', 0, 5, NULL, 'k', 'v', NULL, NULL, NULL, NULL)::command_center.kafka_message]);
SELECT command_center.maintain();
SELECT * FROM test.days();
-- Of a subscription that was removed nothing is.
SELECT command_center.remove_subscription('guests');
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT subscription, partition, next_offset FROM command_center.list_consumer_offsets();
DROP FUNCTION test.ignore, test.days;
DROP PROCEDURE test.make_day;
