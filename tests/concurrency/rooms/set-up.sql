-- Ten rooms of one type, which has two more that are sold without a number; a few reservations that all want them at once.
CREATE EXTENSION btree_gist;
CREATE EXTENSION command_center;
CREATE EXTENSION availability_guard;
SELECT command_center.setup(), availability_guard.setup();
CREATE SCHEMA test;
CREATE FUNCTION test.id(kind integer, number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (kind || '0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid
$$;
SELECT availability_guard.set_capacity(test.id(0, 1), test.id(2, 2), '[2027-03-01,2027-05-01)', 3);

CREATE FUNCTION test.lock(reservation integer, room integer, day integer, nights integer, ttl_seconds integer DEFAULT NULL, type integer DEFAULT 1, hold text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT status FROM availability_guard.lock_room(test.id(0, 1), test.id(3, reservation), test.id(2, type), date '2027-03-01' + day, date '2027-03-01' + day + nights,
        test.id(1, room), ttl_seconds => ttl_seconds, hold => hold)
$$;

-- In the order in which they come.
CREATE FUNCTION test.lock_three(reservation integer, rooms integer[], day integer) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(status, ' ') FROM availability_guard.lock_rooms(ARRAY(
        SELECT (test.id(0, 1), test.id(3, reservation), test.id(2, 1), (date '2027-03-01' + day)::text, (date '2027-03-01' + day + 2)::text, test.id(1, room),
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ordinality::text, NULL)::availability_guard.lock_request FROM unnest(rooms) WITH ORDINALITY AS wanted (room)))
$$;

-- Two calls in one transaction: told to begin again, never that it was in a deadlock.
CREATE TABLE test.begun_again (sqlstate text);
CREATE FUNCTION test.lock_one_by_one(reservation integer, room integer, other integer, day integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM test.lock(reservation, room, day, 2);
    PERFORM test.lock(reservation + 1, other, day, 2);
EXCEPTION WHEN OTHERS THEN
    INSERT INTO test.begun_again VALUES (sqlstate);
END $$;

-- Something with a lock of the reservation, which may be over.
CREATE FUNCTION test.keep(reservation integer, what integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    lock uuid := (SELECT lock_id FROM availability_guard.inventory_locks WHERE reservation_id = test.id(3, reservation) LIMIT 1);
BEGIN
    IF lock IS NULL THEN
        RETURN;
    ELSIF what = 1 THEN
        PERFORM availability_guard.confirm_lock(test.id(0, 1), lock);
    ELSIF what = 2 THEN
        PERFORM availability_guard.extend_lock(test.id(0, 1), lock, 1);
    ELSE
        PERFORM availability_guard.release_room(test.id(0, 1), lock);
    END IF;
EXCEPTION WHEN SQLSTATE 'KC002' OR SQLSTATE 'KC008' OR SQLSTATE 'KC015' THEN
    NULL;
END $$;

-- Tentative, which a lock that counts by now cannot become.
CREATE FUNCTION test.lock_tentatively(reservation integer, day integer, nights integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN test.lock(reservation, NULL, day, nights, type => 2, hold => 'tentative');
EXCEPTION WHEN SQLSTATE 'KC015' THEN
    RETURN NULL;
END $$;
