-- What no request can be is refused before anything is looked at, with nothing changed.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE FUNCTION test.lock(stay_start date DEFAULT test.march(10), stay_end date DEFAULT test.march(12), ttl_seconds integer DEFAULT NULL, hold text DEFAULT NULL,
    key text DEFAULT NULL, request_id text DEFAULT NULL, line text DEFAULT NULL, reason text DEFAULT NULL, initiator jsonb DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), stay_start, stay_end, test.room(1), reason => reason, idempotency_key => key,
        ttl_seconds => ttl_seconds, hold => hold, initiator => initiator, request_id => request_id, line => line)).status;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT availability_guard.lock_room(NULL, test.reservation(1), test.type(), test.march(10), test.march(12));
\echo :SQLSTATE
SELECT availability_guard.lock_room(test.tenant(), NULL, test.type(), test.march(10), test.march(12));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(1), NULL, test.march(10), test.march(12));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), NULL::date, test.march(12));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), NULL::date);
SELECT test.lock(stay_end => test.march(10)), test.lock(stay_end => test.march(9));
SELECT test.lock(stay_start => '-infinity'), test.lock(stay_end => 'infinity'), test.lock(stay_start => '0001-01-01 BC'), test.lock(stay_end => '10000-01-01');
SELECT test.lock(stay_start => '2020-01-01', stay_end => date '2020-01-01' + 1101);
SELECT test.lock(ttl_seconds => 0), test.lock(ttl_seconds => -1), test.lock(ttl_seconds => 86401), test.lock(ttl_seconds => 5, hold => 'confirmed');
SELECT test.lock(hold => 'maybe'), test.lock(key => ''), test.lock(key => repeat('k', 256)), test.lock(request_id => ''), test.lock(line => repeat('k', 256));
SELECT test.lock(reason => repeat('r', 2001)), test.lock(initiator => to_jsonb(repeat('r', 20000)));
SELECT count(*) FROM availability_guard.inventory_locks;
SELECT test.lock(stay_start => '9999-12-30', stay_end => '9999-12-31'), test.lock(stay_start => '0001-01-01', stay_end => date '0001-01-01' + 1100, line => '2', ttl_seconds => 86400);
SELECT availability_guard.extend_lock(NULL, test.room(1));
SELECT availability_guard.extend_lock(test.tenant(), test.room(1), 0);
SELECT availability_guard.extend_lock(test.tenant(), test.room(1));
\echo :SQLSTATE
SELECT availability_guard.confirm_lock(test.tenant(), test.room(1), 0);
SELECT availability_guard.confirm_lock(test.tenant(), test.room(1));
SELECT availability_guard.release_room(test.tenant());
\echo :SQLSTATE
SELECT availability_guard.release_room(test.tenant(), test.room(1), test.reservation(1));
SELECT availability_guard.release_room(test.tenant(), reservation_id => test.reservation(1), version => 1);
SELECT availability_guard.release_room(test.tenant(), test.room(1));
\echo :SQLSTATE
SELECT count(*) FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(99));
SELECT availability_guard.bulk_release(test.tenant(), '{}'), availability_guard.bulk_release(test.tenant(), ARRAY[test.room(1), NULL]);
SELECT availability_guard.bulk_release(test.tenant(), ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 257)));
\echo :SQLSTATE
SELECT availability_guard.set_property(test.tenant(), test.property(), 'Europe/Atlantis');
\echo :SQLSTATE
SELECT availability_guard.set_guard(test.tenant(), 0, 10);
SELECT availability_guard.set_guard(test.tenant(), 11, 10);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), 'empty', 1);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,)', 1);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,infinity)', 1);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), daterange('2097-03-01', date '2097-03-01' + 1101), 1);
\echo :SQLSTATE
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,2097-03-02)', -1);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,2097-03-02)', 1, NULL);
SELECT availability_guard.availability(test.tenant(), test.type(), '(,)');
-- A tenant's own bounds of a TTL.
SELECT availability_guard.set_guard(test.tenant(), 60, 120);
SELECT test.lock(line => '3', ttl_seconds => 121);
SELECT (availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12))).expires_at < clock_timestamp() + interval '61 s' AS a_minute;
SELECT action, object, before, after FROM command_center.control_audit WHERE action = 'availability_guard.set_guard';
SELECT * FROM availability_guard.verify();
DROP FUNCTION test.lock;
