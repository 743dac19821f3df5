-- What a session keeps is bounded in bytes, whatever is sent: large and small schemas, names that do not exist, tenants, roles and keys.
\set SHOW_CONTEXT never
CALL test.start();
-- Data of this process in MB.
CREATE FUNCTION test.megabytes() RETURNS integer LANGUAGE sql AS $$
    SELECT substring(pg_read_file('/proc/self/status') FROM 'VmData:\s+(\d+)')::integer / 1024
$$;
CREATE FUNCTION test.schema_of(properties integer, salt integer) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('$comment', salt::text, 'properties', jsonb_object_agg('property' || n, '{"type": "string", "maxLength": 10}'::jsonb))
    FROM generate_series(1, properties) AS n
$$;
SELECT test.megabytes() AS before, command_center.is_valid_json('{"type": "string"}', '"a"') AS valid \gset
-- Sixty schemas of which each takes megabytes once it is compiled.
DO $$
BEGIN
    FOR n IN 1 .. 60 LOOP
        PERFORM command_center.is_valid_json(test.schema_of(12000, n), '{}');
    END LOOP;
END $$;
SELECT test.megabytes() - :before < 120 AS bounded;
-- One that is larger than what is kept, used twice and gone with the statement.
SELECT count(*) FROM generate_series(1, 2), LATERAL (SELECT command_center.is_valid_json(test.schema_of(70000, 1), '{}')) AS judged;
SELECT test.megabytes() - :before < 160 AS bounded;
-- The schemas of commands, too.
DO $$
BEGIN
    FOR n IN 1 .. 40 LOOP
        PERFORM command_center.register_command('test.large' || n, test.schema_of(6000, n), default_target => 'bookings');
        PERFORM command_center.validate_payload('test.large' || n, '{}');
    END LOOP;
    FOR n IN 1 .. 40 LOOP
        PERFORM command_center.validate_payload('test.large' || n, '{}');
    END LOOP;
END $$;
SELECT test.megabytes() - :before < 200 AS bounded;
\c -
-- Events' too.
DO $$
BEGIN
    PERFORM command_center.set_topic('test.large');
    FOR n IN 1 .. 40 LOOP
        PERFORM command_center.register_event('test.large' || n, 'test.large', test.schema_of(6000, n));
        PERFORM command_center.explain_event('test.large', 'test.large' || n, '{}', test.tenant());
    END LOOP;
    FOR n IN 1 .. 40 LOOP
        PERFORM command_center.explain_event('test.large', 'test.large' || n, '{}', test.tenant());
    END LOOP;
END $$;
SELECT test.megabytes() - :before < 60 AS bounded;
\c -
-- Routes: large ones, and many of everyone beside many of tenants.
CREATE FUNCTION test.decide(of text, tenants integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(command_center.explain_command(of, '{}', test.tenant(n))) FROM generate_series(1, tenants) AS n
$$;
DO $$
BEGIN
    FOR n IN 1 .. 200 LOOP
        PERFORM command_center.register_command('test.routed' || n, '{}', default_target => 'bookings');
    END LOOP;
END $$;
INSERT INTO command_center.command_routes (route_id, command_name, policy)
SELECT gen_random_uuid(), 'test.routed' || n, jsonb_build_object('targets', (SELECT jsonb_agg(jsonb_build_object('serviceId', 'a-long-name-of-a-service-' || s, 'weight', 1)) FROM generate_series(1, 5000) AS s))
FROM generate_series(2, 200) AS n;
INSERT INTO command_center.command_routes (route_id, command_name, tenant_id, property_id, policy)
SELECT gen_random_uuid(), 'test.routed1', CASE WHEN n > 500 THEN gen_random_uuid() END, gen_random_uuid(), '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}'
FROM generate_series(1, 1000) AS n;
SELECT test.decide('test.routed1', 9);
SELECT test.megabytes() - :before < 60 AS bounded;
SELECT sum(test.decide('test.routed' || n, 1)) FROM generate_series(2, 200) AS n;
SELECT test.megabytes() - :before < 60 AS bounded;
\c -
-- Features with long roles.
INSERT INTO command_center.command_features (feature_id, command_name, role, status)
SELECT gen_random_uuid(), 'test.routed' || n, repeat('r', 20000) || f, 'enabled' FROM generate_series(1, 200) AS n, generate_series(1, 25) AS f;
SELECT sum(test.decide('test.routed' || n, 1)) FROM generate_series(2, 200) AS n;
SELECT test.megabytes() - :before < 60 AS bounded;
\c -
-- Many odd calls.
CREATE FUNCTION test.odd(n integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CASE n % 4
        WHEN 0 THEN PERFORM command_center.is_valid_json(jsonb_build_object('const', n, 'type', CASE n % 8 WHEN 0 THEN 'strange' ELSE 'integer' END), '1');
        WHEN 1 THEN PERFORM command_center.execute_command(repeat('x', n % 300) || n, '{}', md5(n::text)::uuid);
        WHEN 2 THEN PERFORM command_center.execute_command('test.book', '{"id": "r"}', md5(n::text)::uuid, jsonb_build_object('role', repeat('r', n % 2000)),
            idempotency_key => 'k' || n, environment => 'production', property_id => md5(n::text)::uuid);
        ELSE PERFORM command_center.explain_command('test.book', '{"id": 5}', md5(n::text)::uuid);
    END CASE;
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;
SELECT count(test.odd(n)) FROM generate_series(1, 20000) AS n;
SELECT test.megabytes() - :before < 200 AS bounded;
DROP FUNCTION test.megabytes, test.schema_of, test.decide, test.odd;
