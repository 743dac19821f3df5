-- What the tests of the guard share.
-- Bodies name tables that are made later.
SET check_function_bodies = off;
CREATE SCHEMA test;
CREATE EXTENSION btree_gist;
CREATE EXTENSION command_center;
SELECT command_center.setup() > 0 AS set_up;

-- The guard as after CREATE EXTENSION, beside a Command Center that is set up.
CREATE PROCEDURE test.reset() LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP EXTENSION IF EXISTS availability_guard;
    DROP SCHEMA IF EXISTS availability_guard CASCADE;
    CREATE EXTENSION availability_guard;
END $$;

-- As after its setup().
CREATE PROCEDURE test.start() LANGUAGE plpgsql AS $$
BEGIN
    CALL test.reset();
    PERFORM availability_guard.setup();
END $$;

CREATE FUNCTION test.tenant(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-0000-0000-00000000000' || number)::uuid
$$;
CREATE FUNCTION test.room(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('10000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid
$$;
CREATE FUNCTION test.type(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT format('20000000-0000-0000-0000-%s', lpad(number::text, 12, '0'))::uuid
$$;
CREATE FUNCTION test.reservation(number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT format('30000000-0000-0000-0000-%s', lpad(number::text, 12, '0'))::uuid
$$;
CREATE FUNCTION test.property(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT format('40000000-0000-0000-0000-%s', lpad(number::text, 12, '0'))::uuid
$$;

-- Nights of March 2097.
CREATE FUNCTION test.march(day integer) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT date '2097-03-01' + day - 1
$$;

-- A witness without what differs from run to run.
CREATE FUNCTION test.shown(witness jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' ', 'R' || right(witness ->> 'reservationId', 2)::integer, witness ->> 'stayStart', witness ->> 'stayEnd',
        'v' || (witness ->> 'version'), CASE WHEN witness ? 'expiresAt' THEN coalesce('expires' || left(witness ->> 'expiresAt', 0), 'never expires') END,
        witness ->> 'night', CASE WHEN witness ? 'held' THEN format('%s of %s+%s-%s', witness -> 'held', witness -> 'capacity', witness -> 'overbooking',
            witness -> 'outOfOrder') END)
$$;

-- Lets a hold end now, as if its time had passed: the history says the same.
CREATE PROCEDURE test.expire(reservation integer) LANGUAGE sql AS $$
    UPDATE availability_guard.inventory_locks SET expires_at = locked_at - interval '1 hour' WHERE reservation_id = test.reservation(reservation);
    UPDATE availability_guard.lock_events AS event SET expires_at = lock.expires_at FROM availability_guard.inventory_locks AS lock
        WHERE lock.lock_id = event.lock_id AND lock.version = event.version AND lock.reservation_id = test.reservation(reservation);
$$;

