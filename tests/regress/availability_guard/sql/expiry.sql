-- A hold blocks nobody from the moment on that it expires, whether its row is still there or not; confirming ends that.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE FUNCTION test.lock(reservation integer, room integer, hold text DEFAULT NULL, key text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, 'v' || version, CASE expires_at WHEN 'infinity' THEN 'for ever' END, test.shown(witness)) FROM availability_guard.lock_room(test.tenant(),
        test.reservation(reservation), test.type(), test.march(10), test.march(12), test.room(room), hold => hold, idempotency_key => key) $$;
CREATE FUNCTION test.lock_of(reservation integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT lock_id FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(reservation) $$;
SELECT test.lock(1, 1, key => 'one');
CALL test.expire(1);
SELECT count(*) FROM availability_guard.get_lock(test.tenant(), test.lock_of(1));
\echo :SQLSTATE
SELECT status FROM availability_guard.check_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
-- Whose it was is told that it is over, by every function, and nothing is written for that.
SELECT test.lock(1, 1, key => 'one');
\echo :SQLSTATE
SELECT availability_guard.extend_lock(test.tenant(), test.lock_of(1));
\echo :SQLSTATE
SELECT availability_guard.confirm_lock(test.tenant(), test.lock_of(1));
\echo :SQLSTATE
SELECT availability_guard.release_room(test.tenant(), test.lock_of(1));
\echo :SQLSTATE
SELECT availability_guard.release_room(test.tenant(), test.lock_of(1), version => 7);
\echo :SQLSTATE
-- Who comes takes it over, and the history has both.
SELECT test.lock(2, 1);
SELECT test.lock(1, 1, key => 'one');
SELECT kind, right(reservation_id::text, 1) AS reservation, version, lock_key FROM availability_guard.lock_events ORDER BY event_id;
SELECT * FROM availability_guard.verify();
-- extend_lock raises the version; a stale one is refused, a known request answers.
SELECT status, version, expires_at > clock_timestamp() + interval '9990 s' AS longer FROM availability_guard.extend_lock(test.tenant(), test.lock_of(2), 10000, 1, 'e1');
SELECT status, version FROM availability_guard.extend_lock(test.tenant(), test.lock_of(2), 20000, 1, 'e1');
SELECT availability_guard.extend_lock(test.tenant(), test.lock_of(2), 20000, 1);
\echo :SQLSTATE
SELECT availability_guard.extend_lock(test.tenant(), test.lock_of(2), 86401);
SELECT availability_guard.confirm_lock(test.tenant(), test.lock_of(2), 1);
\echo :SQLSTATE
SELECT status, version, expires_at FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(2), 2, 'c1');
SELECT status, version, expires_at FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(2), 2, 'c1');
SELECT status, version, expires_at FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(2));
SELECT availability_guard.extend_lock(test.tenant(), test.lock_of(2));
\echo :SQLSTATE
SELECT availability_guard.release_room(test.tenant(), test.lock_of(2), version => 2);
\echo :SQLSTATE
SELECT status, version FROM availability_guard.release_room(test.tenant(), test.lock_of(2), version => 3);
-- Taken in the reservation's own transaction: confirmed at once.
SELECT test.lock(3, 1, 'confirmed');
-- Tentative holds are judged, and are in nobody's way; confirming judges again.
SELECT test.lock(4, 1, 'tentative');
SELECT test.lock(4, 2, 'tentative'), test.lock(5, 2, 'tentative');
SELECT test.lock(6, 2);
SELECT status, version, test.shown(witness) FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(4));
SELECT hold, room_id, wanted_room_id IS NOT NULL AS wants FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(4);
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(6));
SELECT status, version, expires_at, test.shown(witness) FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(4));
SELECT status, test.shown(witness) FROM availability_guard.confirm_lock(test.tenant(), test.lock_of(5));
-- Where all of a reservation ends, or what is held among many, what is over goes without a word.
SELECT test.lock(10, 10), test.lock(11, 11);
CALL test.expire(10);
CALL test.expire(11);
SELECT count(*) FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(10), reason => 'CANCELLED');
SELECT availability_guard.bulk_release(test.tenant(), ARRAY[test.lock_of(11)], 'MAINTENANCE');
SELECT kind, reason, count(*) FROM availability_guard.lock_events WHERE reservation_id IN (test.reservation(10), test.reservation(11)) GROUP BY kind, reason ORDER BY kind;
-- maintain() tidies up what nobody has met.
CALL test.expire(5);
SELECT availability_guard.maintain();
SELECT count(*) FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(5);
SELECT test.lock(7, 7), test.lock(8, 8);
CALL test.expire(7);
SELECT command_center.maintain();
SELECT right(reservation_id::text, 1) AS reservation, hold FROM availability_guard.inventory_locks ORDER BY reservation_id;
SELECT kind, right(reservation_id::text, 1) AS reservation, version FROM availability_guard.lock_events WHERE reservation_id >= test.reservation(2) ORDER BY event_id;
-- So does tidy(), which is for every minute: as many as it is told, the oldest first, until nothing is left. What lasts stays.
SELECT test.lock(20 + number, 20 + number) FROM generate_series(1, 6) AS number;
UPDATE availability_guard.inventory_locks SET expires_at = locked_at - make_interval(mins => right(reservation_id::text, 1)::integer)
WHERE reservation_id BETWEEN test.reservation(21) AND test.reservation(25);
UPDATE availability_guard.lock_events AS event SET expires_at = lock.expires_at FROM availability_guard.inventory_locks AS lock WHERE lock.lock_id = event.lock_id AND lock.version = event.version;
SELECT availability_guard.end_expired(2);
SELECT right(reservation_id::text, 2) AS reservation FROM availability_guard.inventory_locks WHERE reservation_id > test.reservation(20) ORDER BY reservation_id;
SELECT command_center.tidy(2), command_center.tidy(), command_center.tidy();
SELECT right(reservation_id::text, 2) AS reservation FROM availability_guard.inventory_locks WHERE reservation_id > test.reservation(20) ORDER BY reservation_id;
SELECT availability_guard.end_expired(0);
\echo :SQLSTATE
SELECT command_center.tidy(0);
\echo :SQLSTATE
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(26));
-- One transaction takes a part of the server's lock table at most, and the next call goes on.
SELECT count(test.lock(1000 + number, 1000 + number)) FROM generate_series(1, 400) AS number;
UPDATE availability_guard.inventory_locks SET expires_at = locked_at - interval '1 hour' WHERE reservation_id > test.reservation(1000);
UPDATE availability_guard.lock_events AS event SET expires_at = lock.expires_at FROM availability_guard.inventory_locks AS lock WHERE lock.lock_id = event.lock_id AND lock.version = event.version;
SELECT availability_guard.end_expired(1000) BETWEEN 60 AND 399 AS a_part;
DO $$ BEGIN WHILE command_center.tidy() > 0 LOOP COMMIT; END LOOP; END $$;
SELECT count(*) FROM availability_guard.inventory_locks WHERE reservation_id > test.reservation(1000);
-- Many at once; what is not held is passed over.
SELECT availability_guard.bulk_release(test.tenant(), ARRAY[test.lock_of(8), test.lock_of(3), test.room(1), test.lock_of(8)], 'MAINTENANCE');
SELECT count(*) FROM availability_guard.inventory_locks;
SELECT * FROM availability_guard.verify();
DROP FUNCTION test.lock, test.lock_of;
