-- What the tests of the example share: they run on a server that has its library (tests/example/with-example).
CREATE SCHEMA test;
CREATE EXTENSION command_center;
SELECT command_center.setup() > 0 AS set_up, command_center.set_service('bookings');
SELECT command_center.register_command('test.book', '{}', default_target => 'bookings');

-- The guest book as after CREATE EXTENSION, beside a Command Center that is set up.
CREATE PROCEDURE test.reset() LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP EXTENSION IF EXISTS guestbook;
    DROP SCHEMA IF EXISTS guestbook CASCADE;
    CREATE EXTENSION guestbook;
END $$;

-- As after its setup(), with one open book.
CREATE PROCEDURE test.start() LANGUAGE plpgsql AS $$
BEGIN
    CALL test.reset();
    PERFORM guestbook.setup(), guestbook.set_book('visitors');
END $$;

CREATE FUNCTION test.tenant(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-0000-0000-00000000000' || number)::uuid
$$;
