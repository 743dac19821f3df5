-- What explain_command says is what execute_command then does; it writes nothing.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.set_service('v1'), command_center.set_service('v2', topic => 'second'), command_center.set_service('other');

-- An accepted command, with the reasons. Ids and sizes are left out.
CREATE FUNCTION test.explained(explanation jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT (explanation - '{commandId, correlationId}'::text[] #- '{route, routeId}')
        || CASE WHEN explanation ? 'messages' THEN jsonb_build_object('messages', (SELECT jsonb_agg(message - 'bytes' ORDER BY n)
            FROM jsonb_array_elements(explanation -> 'messages') WITH ORDINALITY AS listed(message, n))) ELSE '{}' END
$$;
SELECT jsonb_pretty(test.explained(command_center.explain_command('test.book', '{"id": "a"}', test.tenant())));
SELECT version FROM command_center.set_route('test.book',
    '{"targets": [{"serviceId": "v1", "weight": 1}, {"serviceId": "v2", "weight": 0}], "also": ["audit"]}');
SELECT jsonb_pretty(test.explained(command_center.explain_command('test.book', '{"id": "a"}', test.tenant())));

-- A refused one says how far it came.
SELECT command_center.explain_command('test.unknown', '{"id": "a"}', test.tenant());
SELECT jsonb_pretty(command_center.explain_command('test.book', '{"id": 5}', test.tenant()));
SELECT command_center.set_service('v1', status => 'draining');
SELECT test.explained(command_center.explain_command('test.book', '{"id": "a"}', test.tenant()));
SELECT command_center.set_service('v1');
SELECT command_center.explain_command('test.book', '{}', NULL);
\echo :SQLSTATE

-- However long the places of its errors are, the detail is whole.
SELECT count(*) FROM command_center.register_command('test.deep', '{"type": "object", "additionalProperties": {"$ref": "#"}}',
    default_target => 'other');
SELECT jsonb_typeof(detail) AS type, jsonb_array_length(detail) < 100 AS fewer, octet_length(detail::text) < 1000000 AS fits FROM (
    SELECT command_center.explain_command('test.deep', (repeat('{"' || repeat('k', 250) || '": ', 62)
        || (SELECT jsonb_object_agg(n, n) FROM generate_series(1, 100) AS n) || repeat('}', 62))::jsonb, test.tenant()) #> '{refusal, detail}' AS detail) AS explained;

-- A used key is told from a new one.
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k');
SELECT explained ->> 'replayed' AS replayed, explained ->> 'target' AS target
FROM command_center.explain_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k') AS explained;
SELECT command_center.explain_command('test.book', '{"id": "other"}', test.tenant(), idempotency_key => 'k') #>> '{refusal, sqlstate}' AS sqlstate;
SELECT explained ->> 'replayed' AS replayed FROM command_center.explain_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k2') AS explained;

-- It writes nothing.
BEGIN READ ONLY;
SELECT explained ->> 'accepted' AS accepted FROM command_center.explain_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k2') AS explained;
COMMIT;
SELECT (SELECT count(*) FROM command_center.command_dispatches) AS dispatches, (SELECT count(*) FROM command_center.idempotency_keys) AS keys;

-- Two thousand commands that random routes, services and payloads decide: the explanation, given for the id it got, is what then happens.
SELECT setseed(0.5);
CREATE PROCEDURE test.shuffle_routes() LANGUAGE plpgsql AS $$
DECLARE
    services text[] := '{v1, v2, other, bookings}';
BEGIN
    PERFORM command_center.set_service(service, status => (ARRAY['healthy', 'healthy', 'healthy', 'draining', 'down'])[1 + floor(random() * 5)])
    FROM unnest(services) AS service;
    PERFORM command_center.set_route('test.book', jsonb_build_object(
            'targets', (SELECT jsonb_agg(jsonb_build_object('serviceId', service, 'weight', floor(random() * 5)))
                FROM unnest(services[1:1 + floor(random() * 3)::integer]) AS service),
            'fallback', services[1 + floor(random() * 4)::integer], 'also', CASE WHEN random() < 0.5 THEN '["audit"]'::jsonb ELSE '[]' END,
            'stickiness', CASE WHEN random() < 0.5 THEN 'key' ELSE 'command' END),
        tenant_id => CASE WHEN random() < 0.5 THEN test.tenant(1 + floor(random() * 2)::integer) END,
        property_id => CASE WHEN random() < 0.3 THEN test.tenant(5) END, environment => CASE WHEN random() < 0.3 THEN 'staging' END,
        status => CASE WHEN random() < 0.2 THEN 'draft' ELSE 'active' END);
    PERFORM command_center.set_feature(CASE WHEN random() < 0.2 THEN 'disabled' WHEN random() < 0.5 THEN 'observe' ELSE 'enabled' END,
        command_name => CASE WHEN random() < 0.5 THEN 'test.book' END, tenant_id => test.tenant(1 + floor(random() * 3)::integer),
        environment => CASE WHEN random() < 0.5 THEN 'staging' END);
END $$;
CREATE TABLE test.outcomes (explained text, executed text);
DO $$
DECLARE
    tenant uuid; property uuid; environment text; payload jsonb; explained jsonb; executed text; id uuid;
BEGIN
    FOR n IN 1 .. 2000 LOOP
        IF n % 50 = 1 THEN
            CALL test.shuffle_routes();
        END IF;
        tenant := test.tenant(1 + floor(random() * 3)::integer);
        property := CASE WHEN random() < 0.5 THEN test.tenant(5) END;
        environment := CASE WHEN random() < 0.5 THEN 'staging' END;
        payload := CASE WHEN random() < 0.1 THEN '{"id": 1}' ELSE jsonb_build_object('id', floor(random() * 100)::text) END;
        BEGIN
            id := (command_center.execute_command('test.book', payload, tenant, property_id => property, environment => environment)).command_id;
            SELECT concat_ws(' ', target_service, mode, also_targets, route_id, route_version, sticky_key, template_version, feature_ids)
                INTO executed FROM command_center.command_dispatches WHERE command_id = id;
        EXCEPTION WHEN OTHERS THEN
            id := NULL;
            executed := SQLSTATE || ' ' || SQLERRM;
        END;
        explained := command_center.explain_command('test.book', payload, tenant, property_id => property, environment => environment, command_id => id);
        INSERT INTO test.outcomes VALUES (CASE WHEN (explained ->> 'accepted')::boolean
            THEN concat_ws(' ', explained ->> 'target', explained ->> 'mode',
                CASE WHEN explained -> 'also' <> '[]' THEN ARRAY(SELECT jsonb_array_elements_text(explained -> 'also')) END,
                explained #>> '{route, routeId}', explained #>> '{route, version}', explained ->> 'stickyKey', explained ->> 'templateVersion',
                CASE WHEN explained ? 'featureIds' THEN ARRAY(SELECT jsonb_array_elements_text(explained -> 'featureIds')) END)
            ELSE concat_ws(' ', explained #>> '{refusal, sqlstate}', explained #>> '{refusal, message}') END, executed);
    END LOOP;
END $$;
SELECT count(*) FILTER (WHERE explained IS DISTINCT FROM executed) AS different, count(*) AS compared,
    count(*) FILTER (WHERE executed LIKE 'KC001%') > 50 AS some_invalid, count(*) FILTER (WHERE executed LIKE 'KC012%') > 20 AS some_without_target,
    count(*) FILTER (WHERE executed LIKE 'KC011%') > 20 AS some_disabled, count(*) FILTER (WHERE executed LIKE '% observe %') > 20 AS some_observed,
    count(DISTINCT split_part(executed, ' ', 1)) AS kinds
FROM test.outcomes;
SELECT explained, executed FROM test.outcomes WHERE explained IS DISTINCT FROM executed LIMIT 3;

-- With rate limits the explanation is asked for first: it takes no token, so what it says is what then happens.
CALL test.start();
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 5}');
SELECT version FROM command_center.set_feature('enabled', 'test.book', tenant_id => test.tenant(2),
    limits => '{"per": "property", "maxPerMinute": 1, "burst": 2, "cooldownSeconds": 60}');
TRUNCATE test.outcomes;
DO $$
DECLARE
    tenant uuid; property uuid; explained jsonb; executed text;
BEGIN
    FOR n IN 1 .. 60 LOOP
        tenant := test.tenant(1 + n % 3);
        property := test.tenant(5 + n % 2);
        explained := command_center.explain_command('test.book', '{"id": "a"}', tenant, property_id => property);
        explained := command_center.explain_command('test.book', '{"id": "a"}', tenant, property_id => property);
        BEGIN
            executed := (command_center.execute_command('test.book', '{"id": "a"}', tenant, property_id => property)).status;
        EXCEPTION WHEN OTHERS THEN
            executed := SQLSTATE || ' ' || SQLERRM;
        END;
        INSERT INTO test.outcomes VALUES (CASE WHEN (explained ->> 'accepted')::boolean THEN 'accepted'
            ELSE concat_ws(' ', explained #>> '{refusal, sqlstate}', explained #>> '{refusal, message}') END, executed);
    END LOOP;
END $$;
SELECT executed, count(*), count(*) FILTER (WHERE explained IS DISTINCT FROM executed) AS different FROM test.outcomes GROUP BY 1 ORDER BY 1;
DROP PROCEDURE test.shuffle_routes;
DROP TABLE test.outcomes;
