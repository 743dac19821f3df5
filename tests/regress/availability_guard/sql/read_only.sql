-- In a READ ONLY transaction each function that writes says so by its name, also where it would find nothing to do; those that read answer.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1), idempotency_key => 'one');
CREATE FUNCTION test.refusal(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
-- Every function, with values of its types: what is refused otherwise would have written or is no writer.
CREATE TABLE test.lock_id AS SELECT lock_id FROM availability_guard.inventory_locks;
BEGIN READ ONLY;
SELECT call, test.refusal(call) FROM (VALUES
    (1, $$availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1), idempotency_key => 'one', request_id => 'again')$$),
    (2, $$availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1), idempotency_key => 'one')$$),
    (3, $$availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1))$$),
    (4, $$availability_guard.require_lock(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1))$$),
    (5, $$availability_guard.lock_rooms('{}')$$),
    (6, $$availability_guard.extend_lock(test.tenant(), (SELECT lock_id FROM test.lock_id))$$),
    (7, $$availability_guard.confirm_lock(test.tenant(), (SELECT lock_id FROM test.lock_id))$$),
    (8, $$availability_guard.release_room(test.tenant(), reservation_id => test.reservation(9))$$),
    (9, $$availability_guard.bulk_release(test.tenant(), '{}')$$),
    (10, $$availability_guard.set_property(test.tenant(), test.property(), 'UTC')$$),
    (11, $$availability_guard.set_room(test.tenant(), test.room(1), test.type())$$),
    (12, $$availability_guard.set_guard(test.tenant(), 60, 120)$$),
    (13, $$availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,2097-03-02)', NULL)$$),
    (14, $$availability_guard.end_expired()$$),
    (15, $$availability_guard.maintain()$$),
    (16, $$command_center.tidy()$$),
    (20, $$availability_guard.check_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1))$$),
    (21, $$availability_guard.get_lock(test.tenant(), (SELECT lock_id FROM test.lock_id))$$),
    (22, $$availability_guard.availability(test.tenant(), test.type(), '[2097-03-01,2097-03-02)')$$),
    (23, $$availability_guard.overcommitted_nights(test.tenant())$$),
    (24, $$availability_guard.verify()$$),
    (25, $$availability_guard.doctor()$$)) AS tried (number, call) ORDER BY number;
COMMIT;
SELECT kind, count(*) FROM availability_guard.lock_events GROUP BY kind;
DROP TABLE test.lock_id;
DROP FUNCTION test.refusal;
