-- A type that ALTER TYPE has changed is refused, and never read or written as what it was.
\set SHOW_CONTEXT never
\set VERBOSITY default
CALL test.start();
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$ SELECT command.payload $$;
-- What a call answers for each change of a type, every one undone afterwards.
CREATE PROCEDURE test.altered(change text, call text) LANGUAGE plpgsql AS $$
DECLARE
    problem text;
BEGIN
    EXECUTE 'ALTER TYPE command_center.' || change;
    BEGIN
        EXECUTE call;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = 'was done';
    EXCEPTION WHEN OTHERS THEN
        problem := concat_ws(' ', SQLSTATE, SQLERRM);
    END;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = concat_ws(' | ', change, problem);
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
    RAISE NOTICE '%', SQLERRM;
END $$;
CREATE PROCEDURE test.alter_each(type text, first text, call text) LANGUAGE plpgsql AS $$
BEGIN
    CALL test.altered(format('%s ADD ATTRIBUTE extra text', type), call);
    CALL test.altered(format('%s DROP ATTRIBUTE %I', type, first), call);
    -- As many live ones as before, and of other types in other places.
    CALL test.altered(format('%s DROP ATTRIBUTE %I, ADD ATTRIBUTE %2$I bytea', type, first), call);
    CALL test.altered(format('%s ALTER ATTRIBUTE %I TYPE bigint', type, first), call);
END $$;

CALL test.alter_each('acceptance', 'command_name', $$SELECT command_center.execute_command('test.book', '{"id": "r1"}', test.tenant())$$);
CALL test.alter_each('command_outcome', 'message', $$SELECT command_center.execute_commands(
    jsonb_build_array(jsonb_build_object('commandName', 'test.book', 'payload', '{"id": "r1"}'::jsonb, 'tenantId', test.tenant())))$$);
CALL test.alter_each('command_request', 'payload', $$SELECT command_center.execute_commands(
    ARRAY[(jsonb_populate_record(NULL::command_center.command_request, '{"command_name": "test.book", "payload": 12345678}'))])$$);
CALL test.alter_each('finding', 'message', $$SELECT command_center.lint_schema('{"type": "object"}')$$);
CALL test.alter_each('finding', 'message', $$SELECT command_center.register_command('test.other', '{"type": "object"}', default_target => 'bookings')$$);
CALL test.alter_each('route_version', 'version', $$SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}')$$);
CALL test.alter_each('feature_version', 'version', $$SELECT command_center.set_feature('observe', 'test.book')$$);
SELECT command_center.set_service('bookings', handler => 'test.handle(command_center.accepted_command)');
CALL test.alter_each('accepted_command', 'partition_key', $$SELECT command_center.execute_command('test.book', '{"id": "r1"}', test.tenant())$$);
SELECT status, result FROM command_center.execute_command('test.book', '{"id": "r1"}', test.tenant());

SELECT count(*) FROM command_center.doctor() WHERE name = 'row_types';
BEGIN;
ALTER TYPE command_center.acceptance ADD ATTRIBUTE extra text;
ALTER TYPE command_center.command_request ALTER ATTRIBUTE payload TYPE text;
ALTER TYPE command_center.finding DROP ATTRIBUTE message, ADD ATTRIBUTE message text;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'row_types';
ROLLBACK;
SELECT command_center.set_service('bookings', handler => '');
DROP FUNCTION test.handle;
DROP PROCEDURE test.alter_each, test.altered;
