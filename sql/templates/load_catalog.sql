-- Every call names every argument: a function of the same name with fewer, which the owner of the tables may create in this schema, would be
-- taken before ours, and run with the rights of whoever loads the catalogue.
CREATE FUNCTION {schema}.load_catalog(catalog text) RETURNS integer
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $load_catalog$
DECLARE
    entry jsonb;
    service jsonb;
    commands integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM {schema}.catalog_definitions() AS definition WHERE definition.catalog = load_catalog.catalog) THEN
        RAISE EXCEPTION 'catalogue "%" does not exist', load_catalog.catalog
            USING ERRCODE = 'KC002', HINT = (SELECT format('What comes with the extension: %s.', string_agg(DISTINCT format('"%s"', definition.catalog), ', '))
                FROM {schema}.catalog_definitions() AS definition);
    END IF;
    -- What operators have made of an entry since, a route that they removed included, stays.
    FOR entry IN
        SELECT definition.content FROM {schema}.catalog_definitions() AS definition
        WHERE definition.catalog = load_catalog.catalog
        ORDER BY CASE WHEN jsonb_typeof(definition.content) = 'array' THEN 0 WHEN definition.content ? 'subscription' THEN 4
            WHEN definition.content ? 'event' THEN 3 WHEN definition.content ? 'command' THEN 2 ELSE 1 END,
            definition.content -> 'version', definition.name
    LOOP
        CASE
        WHEN jsonb_typeof(entry) = 'array' THEN
            FOR service IN
                SELECT listed.service FROM jsonb_array_elements(entry) AS listed(service)
                WHERE listed.service ->> 'serviceId' NOT IN (SELECT known.service_id FROM command_center.list_services(status => NULL, owner => NULL) AS known)
            LOOP
                PERFORM command_center.set_service(service_id => service ->> 'serviceId', owner => service ->> 'owner',
                    status => 'healthy', topic => NULL, handler => service ->> 'handler');
            END LOOP;
        WHEN entry ? 'subscription' THEN
            CONTINUE WHEN EXISTS (SELECT FROM command_center.list_subscriptions(status => NULL) AS known
                WHERE known.subscription = entry ->> 'subscription');
            PERFORM command_center.set_subscription(
                subscription => entry ->> 'subscription', topics => ARRAY(SELECT jsonb_array_elements_text(entry -> 'topics')),
                handler => entry ->> 'handler', start_at => entry ->> 'startAt', filter => entry -> 'filter', status => NULL,
                max_attempts => (entry ->> 'maxAttempts')::integer, dead_letter_topic => entry ->> 'deadLetterTopic',
                schema_check => entry ->> 'schemaCheck', consumer_group => entry ->> 'consumerGroup', group_suffix => NULL,
                batch_messages => NULL, batch_wait => NULL, expected_version => NULL);
        WHEN entry ? 'event' THEN
            CONTINUE WHEN EXISTS (SELECT FROM command_center.list_events(topic => NULL, status => NULL) AS known
                WHERE known.event_type = entry ->> 'event' AND known.version >= coalesce((entry ->> 'version')::integer, 1));
            PERFORM command_center.register_event(
                event_type => entry ->> 'event', topic => entry ->> 'topic', schema => entry -> 'schema',
                ordered => coalesce((entry ->> 'ordered')::boolean, false), version => NULL, examples => entry -> 'examples',
                description => entry ->> 'description');
        WHEN entry ? 'command' THEN
            commands := commands + 1;
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
        ELSE
            CONTINUE WHEN EXISTS (SELECT FROM command_center.list_topics(kind => NULL, owner => NULL) AS known
                WHERE known.topic = entry ->> 'topic');
            PERFORM command_center.set_topic(topic => entry ->> 'topic', partitions => (entry ->> 'partitions')::integer, cleanup => NULL,
                max_message_bytes => NULL, envelope => NULL, key_required => (entry ->> 'keyRequired')::boolean,
                -- The extension publishes by itself, whoever calls it; nobody else shall.
                owner => CASE WHEN (entry ->> 'isOwn')::boolean THEN (SELECT pg_get_userbyid(relation.relowner)::text FROM pg_class AS relation
                    WHERE relation.oid = to_regclass('{schema}.setup_steps')) END,
                expected_version => NULL, kind => 'events');
        END CASE;
    END LOOP;
    RETURN commands;
END
$load_catalog$;
COMMENT ON FUNCTION {schema}.load_catalog(text) IS
'Registers what a catalogue that comes with the extension declares: services, topics, commands with their routes, events and subscriptions, and answers how '
'many commands it has. What exists stays as it is. The catalogue of the extension''s own name, if it has one, is loaded by setup(). Errors: KC002 for an unknown '
'catalogue.';
REVOKE ALL ON FUNCTION {schema}.load_catalog(text) FROM PUBLIC;
