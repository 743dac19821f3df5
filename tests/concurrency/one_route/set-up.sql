-- Some transactions switch a route between blue and green, the others follow it and note what was true before and after.
CREATE EXTENSION command_center;
SELECT command_center.setup();
SELECT command_center.set_service('blue'), command_center.set_service('green');
SELECT command_center.register_command('test.count', '{"type": "object"}');
CREATE FUNCTION switch_route(color text) RETURNS integer LANGUAGE sql AS $$
    SELECT version FROM command_center.set_route('test.count',
        jsonb_build_object('targets', jsonb_build_array(jsonb_build_object('serviceId', color, 'weight', 1))))
$$;
SELECT switch_route('blue');
CREATE TABLE followed (version_before integer, command_id uuid, version_after integer);
CREATE FUNCTION route_version() RETURNS integer LANGUAGE sql AS 'SELECT version FROM command_center.command_routes';
CREATE PROCEDURE follow() LANGUAGE plpgsql AS $$
DECLARE
    version_before integer := route_version();
    command_id uuid := (command_center.execute_command('test.count', '{}', '00000000-0000-0000-0000-000000000001')).command_id;
BEGIN
    INSERT INTO followed VALUES (version_before, command_id, route_version());
END $$;
