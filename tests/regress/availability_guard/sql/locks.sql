-- May this reservation hold this room for these nights: LOCKED with a version and an expiry, or CONFLICT with the lock that is in the way.
\set SHOW_CONTEXT never
CALL test.start();
SELECT status, lock_id IS NOT NULL AS has_id, version, expires_at BETWEEN clock_timestamp() + interval '7190 s' AND clock_timestamp() + interval '7200 s' AS two_hours, witness
FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT status, lock_id, version, expires_at, test.shown(witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(11), test.march(15), test.room(1));
-- The day of departure is free, and so is the night before the arrival.
SELECT status, test.shown(witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(3), test.type(), test.march(12), test.march(13), test.room(1));
SELECT status, test.shown(witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(4), test.type(), test.march(8), test.march(10), test.room(1));
-- The first lock that is in the way is the witness.
SELECT status, test.shown(witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(5), test.type(), test.march(1), test.march(31), test.room(1));
-- Another room, another tenant, any room of the type: nobody is in the way.
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), test.march(10), test.march(12), test.room(2));
SELECT status FROM availability_guard.lock_room(test.tenant(2), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(7), test.type(), test.march(10), test.march(12));
-- require_lock raises instead, and says what is in the way.
SELECT status FROM availability_guard.require_lock(test.tenant(), test.reservation(8), test.type(), test.march(20), test.march(21), test.room(1));
\set VERBOSITY terse
SELECT status FROM availability_guard.require_lock(test.tenant(), test.reservation(9), test.type(), test.march(20), test.march(21), test.room(1));
\echo :SQLSTATE
\set VERBOSITY default
DO $$
DECLARE
    detail text;
BEGIN
    PERFORM availability_guard.require_lock(test.tenant(), test.reservation(9), test.type(), test.march(20), test.march(21), test.room(1));
EXCEPTION WHEN SQLSTATE 'KC007' THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RAISE NOTICE '%', test.shown(detail::jsonb);
END $$;
-- check_room says the same and locks nothing.
SELECT status, lock_id, test.shown(witness) FROM availability_guard.check_room(test.tenant(), test.reservation(9), test.type(), test.march(20), test.march(21), test.room(1));
SELECT status, lock_id, test.shown(witness) FROM availability_guard.check_room(test.tenant(), test.reservation(9), test.type(), test.march(21), test.march(22), test.room(1));
SELECT status, version, test.shown(witness) FROM availability_guard.check_room(test.tenant(), test.reservation(8), test.type(), test.march(19), test.march(22), test.room(1));
SELECT count(*) FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(9);
-- What lock_room refuses it refuses, whether something is in the way or not.
\set VERBOSITY terse
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(9), test.type(), test.march(20), test.march(21), test.room(1), ttl_seconds => 86401);
\echo :SQLSTATE
SELECT status FROM availability_guard.check_room(test.tenant(), test.reservation(9), test.type(), test.march(20), test.march(21), test.room(1), ttl_seconds => 86401);
\echo :SQLSTATE
SELECT status FROM availability_guard.check_room(test.tenant(), test.reservation(9), test.type(), test.march(21), test.march(22), test.room(1), ttl_seconds => 86401);
\echo :SQLSTATE
SELECT status FROM availability_guard.check_room(test.tenant(), test.reservation(8), test.type(), test.march(20), test.march(22), test.room(1), ttl_seconds => 86401);
\echo :SQLSTATE
\set VERBOSITY default
-- get_lock.
SELECT found.reservation_id, found.line, found.room_type_id, found.room_id, found.stay, found.hold, found.version, idempotency_key, found.property_id
FROM availability_guard.inventory_locks AS held, LATERAL availability_guard.get_lock(tenant_id, held.lock_id) AS found WHERE held.reservation_id = test.reservation(6);
SELECT * FROM availability_guard.get_lock(test.tenant(), test.room(1));
\echo :SQLSTATE
\set VERBOSITY terse
SELECT count(*) FROM availability_guard.get_lock(test.tenant(2), (SELECT lock_id FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(6)));
\echo :SQLSTATE
-- The table itself refuses two locks of a night, whoever writes.
INSERT INTO availability_guard.inventory_locks SELECT tenant_id, gen_random_uuid(), mode, gen_random_uuid(), line, room_type_id, room_id, wanted_room_id,
    stay, hold, expires_at, version, NULL, NULL, locked_at FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(6);
\echo :SQLSTATE
SELECT kind, version, right(reservation_id::text, 2) AS reservation FROM availability_guard.lock_events WHERE tenant_id = test.tenant() ORDER BY event_id;
SELECT * FROM availability_guard.verify();
