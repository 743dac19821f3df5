-- What the isolation tests of the guard share. Bodies name tables that are made later.
SET check_function_bodies = off;
CREATE SCHEMA test;
CREATE EXTENSION btree_gist;
CREATE EXTENSION command_center;
CREATE EXTENSION availability_guard;
SELECT command_center.setup() > 0 AS set_up, availability_guard.setup() > 0 AS guard_set_up;

CREATE FUNCTION test.id(kind integer, number integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (kind || '0000000-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid
$$;

CREATE FUNCTION test.shown(witness jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' ', 'reservation ' || right(witness ->> 'reservationId', 2)::integer, witness ->> 'stayStart', 'v' || (witness ->> 'version'), witness ->> 'night')
$$;

-- A reservation, a room (NULL: any of type 1), the first and the last day of March 2097.
CREATE FUNCTION test.lock(reservation integer, room integer, first integer, last integer, hold text DEFAULT NULL, request_id text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, 'v' || version, test.shown(witness)) FROM availability_guard.lock_room(test.id(0, 1), test.id(3, reservation), test.id(2, 1),
        date '2097-03-01' + first - 1, date '2097-03-01' + last - 1, test.id(1, room), hold => hold, request_id => request_id)
$$;

-- Two rooms for one reservation in one call, in that order.
CREATE FUNCTION test.lock_two(reservation integer, room integer, other integer) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', status, 'v' || version, test.shown(witness)), ', ' ORDER BY ordinality) FROM availability_guard.lock_rooms(ARRAY(
        SELECT (test.id(0, 1), test.id(3, reservation), test.id(2, 1), '2097-03-10', '2097-03-12', test.id(1, wanted), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            wanted::text, NULL)::availability_guard.lock_request FROM unnest(ARRAY[room, other]) AS wanted)) WITH ORDINALITY
$$;

CREATE FUNCTION test.lock_of(reservation integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT lock_id FROM availability_guard.inventory_locks WHERE reservation_id = test.id(3, reservation)
$$;

-- The lock's id is known before, as it is to a service: under REPEATABLE READ the row may be none that is seen.
CREATE TABLE test.known (reservation integer PRIMARY KEY, lock_id uuid);
CREATE PROCEDURE test.know(reservation integer) LANGUAGE sql AS $$
    INSERT INTO test.known VALUES (reservation, test.lock_of(reservation))
$$;
CREATE FUNCTION test.known_lock(reservation integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT lock_id FROM test.known WHERE known.reservation = known_lock.reservation
$$;

CREATE PROCEDURE test.expire(reservation integer) LANGUAGE sql AS $$
    UPDATE availability_guard.inventory_locks SET expires_at = locked_at - interval '1 hour' WHERE reservation_id = test.id(3, reservation);
    UPDATE availability_guard.lock_events AS event SET expires_at = lock.expires_at FROM availability_guard.inventory_locks AS lock
        WHERE lock.lock_id = event.lock_id AND lock.version = event.version AND lock.reservation_id = test.id(3, reservation);
$$;

CREATE PROCEDURE test.begin() LANGUAGE sql AS $$
    DELETE FROM availability_guard.inventory_locks;
    DELETE FROM availability_guard.lock_events;
    DELETE FROM availability_guard.type_nights;
    DELETE FROM test.known;
$$;

-- What each permutation ends with: who holds what, and what is broken.
CREATE FUNCTION test.held() RETURNS TABLE (held text) LANGUAGE sql AS $$
    SELECT concat_ws(' ', 'reservation', right(reservation_id::text, 2)::integer, 'room', right(room_id::text, 2)::integer, stay, hold, 'v' || version)
    FROM availability_guard.inventory_locks ORDER BY 1
$$;
CREATE FUNCTION test.broken() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM availability_guard.verify()
$$;

-- A command for each reservation, with the room of the same place; each in its own line of the answer.
CREATE FUNCTION test.payload(reservation integer, room integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('reservation_id', test.id(3, reservation), 'room_type_id', test.id(2, 1), 'room_id', test.id(1, room), 'stay_start', '2097-03-10', 'stay_end', '2097-03-12')
$$;
CREATE FUNCTION test.command(reservation integer, room integer) RETURNS text LANGUAGE sql AS $$
    SELECT result ->> 'status' FROM command_center.execute_command('inventory.lock.room', test.payload(reservation, room), test.id(0, 1))
$$;
CREATE FUNCTION test.commands(reservations integer[], rooms integer[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', outcome.result ->> 'status', test.shown(outcome.result -> 'witness'), outcome.sqlstate), ', ' ORDER BY ordinal) FROM command_center.execute_commands((
        SELECT jsonb_agg(jsonb_build_object('commandName', 'inventory.lock.room', 'tenantId', test.id(0, 1), 'payload', test.payload(reservation, room)) ORDER BY place)
        FROM unnest(reservations, rooms) WITH ORDINALITY AS wanted (reservation, room, place))) AS outcome
$$;
CREATE FUNCTION test.release(reservations integer[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', outcome.result ->> 'released', outcome.sqlstate), ', ' ORDER BY ordinal) FROM command_center.execute_commands((
        SELECT jsonb_agg(jsonb_build_object('commandName', 'inventory.release.room', 'tenantId', test.id(0, 1), 'payload', jsonb_build_object('reservation_id', test.id(3, reservation))) ORDER BY place)
        FROM unnest(reservations) WITH ORDINALITY AS wanted (reservation, place))) AS outcome
$$;
