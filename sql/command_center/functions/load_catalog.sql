-- Every call names every argument: a function of the same name with fewer, which the owner of the tables may create in this schema, would be
-- taken before ours, and run with the rights of whoever loads the catalogue.
CREATE FUNCTION command_center.load_catalog(catalog text) RETURNS integer
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $load_catalog$
DECLARE
    entry jsonb;
    service jsonb;
    commands integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM command_center.catalog_definitions() AS definition WHERE definition.catalog = load_catalog.catalog) THEN
        RAISE EXCEPTION 'catalogue "%" does not exist', load_catalog.catalog
            USING ERRCODE = 'KC002', HINT = 'The catalogue that comes with the extension is "hotel".';
    END IF;
    FOR entry IN
        SELECT definition.content FROM command_center.catalog_definitions() AS definition
        WHERE definition.catalog = load_catalog.catalog
        ORDER BY jsonb_typeof(definition.content), definition.name
    LOOP
        IF jsonb_typeof(entry) = 'array' THEN
            FOR service IN
                SELECT listed.service FROM jsonb_array_elements(entry) AS listed(service)
                WHERE listed.service ->> 'serviceId' NOT IN (SELECT known.service_id FROM command_center.list_services() AS known)
            LOOP
                PERFORM command_center.set_service(service_id => service ->> 'serviceId', owner => service ->> 'owner',
                    status => 'healthy', topic => NULL, handler => NULL);
            END LOOP;
            CONTINUE;
        END IF;
        commands := commands + 1;
        -- What operators have made of it since, a route that they removed included, stays.
        CONTINUE WHEN EXISTS (SELECT FROM command_center.list_commands(module => NULL, status => NULL, owner => NULL) AS known
            WHERE known.command_name = entry ->> 'command');
        PERFORM command_center.register_command(
            command_name => entry ->> 'command', payload_schema => entry -> 'schema', description => entry ->> 'description',
            default_target => entry ->> 'defaultTarget', topic => NULL,
            required_modules => ARRAY(SELECT jsonb_array_elements_text(entry -> 'requiredModules')),
            required_roles => ARRAY(SELECT jsonb_array_elements_text(entry -> 'requiredRoles')),
            availability => 'default', partition_key => entry ->> 'partitionKey', ordered => false, sla => (entry ->> 'sla')::interval,
            examples => entry -> 'examples', version => NULL, status => 'active');
        IF jsonb_array_length(entry -> 'alsoTargets') > 0 THEN
            PERFORM command_center.set_route(command_name => entry ->> 'command', policy => jsonb_build_object(
                    'targets', jsonb_build_array(jsonb_build_object('serviceId', entry -> 'defaultTarget', 'weight', 1)),
                    'also', entry -> 'alsoTargets'),
                tenant_id => NULL, property_id => NULL, environment => NULL, status => 'active', expected_version => NULL);
        END IF;
    END LOOP;
    RETURN commands;
END
$load_catalog$;
COMMENT ON FUNCTION command_center.load_catalog(text) IS
'Registers the services, commands and routes of a catalogue that comes with the extension ("hotel": twelve commands) and answers how '
'many commands it has. A service that exists stays as it is, and so does a command with its route. Errors: KC002 for an unknown '
'catalogue.';
REVOKE ALL ON FUNCTION command_center.load_catalog(text) FROM PUBLIC;
