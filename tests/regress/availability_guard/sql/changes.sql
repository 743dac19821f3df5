-- One lock for one key: the same again changes nothing, other content changes it in its place, a late retry undoes nothing.
\set SHOW_CONTEXT never
CALL test.start();
CREATE FUNCTION test.lock(day integer, room integer, key text, request_id text DEFAULT NULL, hold text DEFAULT NULL, line text DEFAULT NULL, reopen boolean DEFAULT false, reservation integer DEFAULT 1)
RETURNS TABLE (status text, version bigint, witness text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT answer.status, answer.version, test.shown(answer.witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(reservation), test.type(),
        test.march(day), test.march(day + 2), test.room(room), idempotency_key => key, request_id => request_id, hold => hold, line => line, reopen => reopen) AS answer;
EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT sqlstate, NULL::bigint, sqlerrm;
END $$;
CREATE VIEW test.held AS SELECT line, right(room_id::text, 1) AS room, stay, hold, version, lock_key FROM availability_guard.inventory_locks ORDER BY line;
SELECT * FROM test.lock(10, 1, 'create', 'r1');
SELECT * FROM test.lock(10, 1, 'create', 'r1');
SELECT * FROM test.lock(10, 1, 'create');
SELECT * FROM test.held;
-- Its own nights are not in its way.
SELECT * FROM test.lock(11, 1, 'create', 'r2');
-- A key that is new means the lock of the reservation, and its own from then on.
SELECT * FROM test.lock(12, 1, 'modify', 'r3');
SELECT * FROM test.held;
-- Late retries of the earlier requests answer what stands.
SELECT * FROM test.lock(10, 1, 'create', 'r1');
SELECT * FROM test.lock(11, 1, 'create', 'r2');
SELECT * FROM test.held;
-- A request that changed nothing is remembered as well.
SELECT * FROM test.lock(12, 1, 'modify', 'r4');
SELECT * FROM test.lock(13, 1, 'modify', 'r5');
SELECT * FROM test.lock(12, 1, 'modify', 'r4');
-- A change that cannot be leaves the lock as it is.
SELECT * FROM test.lock(20, 2, NULL, reservation => 2);
SELECT * FROM test.lock(20, 2, 'modify', 'r6');
SELECT * FROM test.held;
-- Another line of the reservation is another lock, whatever the key.
SELECT * FROM test.lock(10, 3, 'second', line => '2');
SELECT * FROM test.lock(11, 3, 'second', line => '2');
SELECT * FROM test.held;
-- A hold is raised by a change, never lowered, and kept where nothing is said.
SELECT * FROM test.lock(11, 3, 'second', line => '2', hold => 'confirmed');
SELECT * FROM test.lock(12, 3, 'second', line => '2');
SELECT * FROM test.lock(12, 3, 'second', line => '2', hold => 'counting');
SELECT line, hold, expires_at FROM availability_guard.inventory_locks WHERE line = '2';
-- A key whose lock has ended is no key for another one unless that is asked for; a request that was carried out never is again.
SELECT status, version FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(1), reason => 'CANCELLED');
SELECT * FROM test.lock(10, 1, 'create');
SELECT * FROM test.lock(10, 1, 'modify');
SELECT * FROM test.lock(10, 1, 'new', 'r1');
SELECT * FROM test.lock(10, 1, 'create', 'r7', reopen => true);
SELECT * FROM test.lock(10, 1, 'create');
SELECT * FROM test.lock(10, 1, 'create', 'r1', reopen => true);
-- Without a key or after the end of the lock, the line is free.
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(1));
SELECT * FROM test.lock(10, 1, NULL);
SELECT kind, line, version, lock_key, request_id, reason, right(room_id::text, 1) AS room, stay_start FROM availability_guard.lock_events
WHERE reservation_id = test.reservation(1) ORDER BY event_id;
-- Keys belong to a reservation.
SELECT * FROM test.lock(25, 5, 'create', reservation => 3);
SELECT * FROM availability_guard.verify();
-- What is done through functions is the same by the statement where somebody altered the history.
ALTER TABLE availability_guard.lock_events ADD COLUMN note text;
SELECT * FROM test.lock(25, 5, 'create', 'late', reservation => 3);
SELECT * FROM test.lock(26, 5, 'create', 'later', reservation => 3);
SELECT * FROM test.lock(25, 5, 'create', 'late', reservation => 3);
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(3));
SELECT * FROM test.lock(25, 5, 'create', reservation => 3);
SELECT * FROM availability_guard.verify();
DROP FUNCTION test.lock;
DROP VIEW test.held;
