-- What the regression tests share: a database in which nothing is set up, and the two tenants they use.
CREATE SCHEMA test;
CREATE EXTENSION command_center;

-- Everything as after CREATE EXTENSION.
CREATE PROCEDURE test.reset() LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP EXTENSION IF EXISTS command_center;
    DROP SCHEMA IF EXISTS command_center CASCADE;
    CREATE EXTENSION command_center;
END $$;

-- Everything as after setup(), with two services and one command.
CREATE PROCEDURE test.start() LANGUAGE plpgsql AS $$
BEGIN
    CALL test.reset();
    PERFORM command_center.setup();
    PERFORM command_center.set_service('bookings'), command_center.set_service('audit', topic => 'audit.log');
    INSERT INTO command_center.environments VALUES ('staging', true);
    PERFORM command_center.register_command('test.book', jsonb_build_object(
            'type', 'object', 'additionalProperties', false, 'required', jsonb_build_array('id'),
            'properties', jsonb_build_object(
                'id', jsonb_build_object('type', 'string', 'maxLength', 20),
                'nights', jsonb_build_object('type', 'integer', 'minimum', 1, 'maximum', 30))),
        default_target => 'bookings', partition_key => '/id');
END $$;

CREATE FUNCTION test.tenant(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-0000-0000-00000000000' || number)::uuid
$$;
