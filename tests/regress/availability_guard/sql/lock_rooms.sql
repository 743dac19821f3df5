-- Several rooms in one call: all or none, whatever their order.
\set SHOW_CONTEXT never
CALL test.start();
-- Room, first and last day, line and key of requests of one reservation.
CREATE FUNCTION test.request(reservation integer, room integer, first integer, last integer, line text DEFAULT NULL, key text DEFAULT NULL, ttl_seconds integer DEFAULT NULL, tenant integer DEFAULT 1)
RETURNS availability_guard.lock_request LANGUAGE sql AS $$
    SELECT (test.tenant(tenant), test.reservation(reservation), test.type(), to_char(test.march(first), 'YYYY-MM-DD'), to_char(test.march(last), 'YYYY-MM-DD'), test.room(room), 'GROUP', 'corr', key, ttl_seconds, NULL, '{"userId": "u"}', NULL,
        NULL, line, NULL)::availability_guard.lock_request $$;
CREATE FUNCTION test.lock(VARIADIC requests availability_guard.lock_request[]) RETURNS TABLE (ordinal bigint, status text, has_lock boolean, version bigint, witness text) LANGUAGE sql AS $$
    SELECT ordinality, status, lock_id IS NOT NULL, version, test.shown(witness) FROM availability_guard.lock_rooms(requests) WITH ORDINALITY $$;
CREATE VIEW test.held AS SELECT right(reservation_id::text, 1) AS reservation, line, right(room_id::text, 1) AS room, stay, version FROM availability_guard.inventory_locks ORDER BY reservation_id, line;
SELECT * FROM test.lock(test.request(1, 3, 10, 12, 'a'), test.request(1, 1, 10, 12, 'b'), test.request(1, 2, 10, 12, 'c'));
SELECT * FROM test.held;
-- One that cannot be had: nothing is taken, and each conflict is told.
SELECT * FROM test.lock(test.request(2, 4, 10, 12, 'a'), test.request(2, 1, 11, 13, 'b'), test.request(2, 5, 10, 12, 'c'), test.request(2, 2, 10, 11, 'd'));
SELECT * FROM test.held;
SELECT count(*) FROM availability_guard.lock_events WHERE reservation_id = test.reservation(2);
-- The same again is answered, also beside what cannot be had.
SELECT * FROM test.lock(test.request(1, 3, 10, 12, 'a'), test.request(2, 2, 10, 11));
-- Two locks change places.
SELECT * FROM test.lock(test.request(1, 1, 10, 12, 'a'), test.request(1, 3, 10, 12, 'b'));
SELECT * FROM test.held;
-- A change that fails leaves the others of the call as they were.
SELECT * FROM test.lock(test.request(1, 6, 10, 12, 'a'), test.request(3, 2, 10, 12));
SELECT * FROM test.held;
-- The last one of a type goes to the first of the call.
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-20,2097-03-21)', 1);
SELECT * FROM test.lock(test.request(4, 7, 20, 21, 'a'), test.request(4, 8, 20, 21, 'b'));
SELECT count(*) FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(4);
-- Who keeps a night keeps it, in whatever order the requests come: a new lock does not take it from a change.
SELECT * FROM test.lock(test.request(4, 7, 20, 21, 'a'));
SELECT * FROM test.lock(test.request(4, 8, 20, 21, 'b'), test.request(4, 9, 20, 21, 'a'));
SELECT * FROM test.lock(test.request(4, 8, 20, 21, 'b'), test.request(4, 9, 21, 22, 'a'));
SELECT * FROM test.held WHERE reservation = '4';
-- Requests that contradict each other.
\set VERBOSITY terse
SELECT * FROM test.lock(test.request(5, 8, 10, 12), test.request(5, 9, 10, 12));
\echo :SQLSTATE
SELECT * FROM test.lock(test.request(5, 8, 10, 12, 'a', 'k'), test.request(5, 9, 10, 12, 'b', 'k'));
SELECT * FROM test.lock(test.request(5, 8, 10, 12), test.request(6, 8, 11, 12));
SELECT * FROM test.lock(test.request(5, 8, 10, 12), test.request(6, 8, 12, 13));
SELECT * FROM test.lock(test.request(5, 8, 10, 12), test.request(6, 9, 12, 13, tenant => 2));
\echo :SQLSTATE
SELECT * FROM test.lock(test.request(7, 9, 20, 22, 'a'), NULL);
\echo :SQLSTATE
SELECT * FROM test.lock(test.request(7, 9, 22, 24, 'a'), test.request(7, 8, 22, 24, 'b', ttl_seconds => 100000));
\echo :SQLSTATE
SELECT count(*) FROM availability_guard.lock_rooms('{}');
SELECT count(*) FROM availability_guard.lock_rooms(ARRAY(SELECT test.request(8, number, 10, 12, number::text) FROM generate_series(1, 65) AS number));
\echo :SQLSTATE
SELECT status, count(*) FROM availability_guard.lock_rooms(ARRAY(SELECT test.request(8, 100 + number, 10, 12, number::text) FROM generate_series(1, 64) AS number)) GROUP BY status;
-- One transaction takes no more than its part of the server's lock table.
DO $$
BEGIN
    FOR part IN 1 .. 100 LOOP
        PERFORM availability_guard.lock_rooms(ARRAY(SELECT test.request(9, 1000 * part + number, 10, 12, format('%s.%s', part, number)) FROM generate_series(1, 64) AS number));
    END LOOP;
EXCEPTION WHEN SQLSTATE 'KC014' THEN
    RAISE NOTICE 'KC014';
END $$;
SELECT count(*) FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(9);
SELECT * FROM availability_guard.verify();
DROP VIEW test.held;
DROP FUNCTION test.lock, test.request;
