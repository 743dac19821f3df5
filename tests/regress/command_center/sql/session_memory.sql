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
DROP FUNCTION test.megabytes, test.schema_of, test.odd;
