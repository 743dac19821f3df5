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
                PERFORM command_center.set_service(service ->> 'serviceId', service ->> 'owner');
            END LOOP;
            CONTINUE;
        END IF;
        commands := commands + 1;
        -- What operators have made of it since, a route that they removed included, stays.
        CONTINUE WHEN EXISTS (SELECT FROM command_center.list_commands() AS known WHERE known.command_name = entry ->> 'command');
        PERFORM command_center.register_command(
            entry ->> 'command', entry -> 'schema', entry ->> 'description', entry ->> 'defaultTarget',
            required_modules => ARRAY(SELECT jsonb_array_elements_text(entry -> 'requiredModules')),
            required_roles => ARRAY(SELECT jsonb_array_elements_text(entry -> 'requiredRoles')),
            partition_key => entry ->> 'partitionKey', sla => (entry ->> 'sla')::interval, examples => entry -> 'examples');
        IF jsonb_array_length(entry -> 'alsoTargets') > 0 THEN
            PERFORM command_center.set_route(entry ->> 'command', jsonb_build_object(
                'targets', jsonb_build_array(jsonb_build_object('serviceId', entry -> 'defaultTarget', 'weight', 1)),
                'also', entry -> 'alsoTargets'));
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
