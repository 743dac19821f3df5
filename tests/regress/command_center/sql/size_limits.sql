-- A payload is measured as text before any text is built; too large and too deep are refused, to the byte.
\set SHOW_CONTEXT never
CALL test.start();
SELECT FROM command_center.register_command('test.any', 'true', default_target => 'bookings');

-- 131,072 digits in 22 bytes, many times.
SELECT command_center.execute_command('test.any', jsonb_build_object('n', (SELECT jsonb_agg(n) FROM (SELECT 1e131071::numeric AS n FROM generate_series(1, 1000)) AS numbers)), test.tenant());
\echo :SQLSTATE

SELECT command_center.execute_command('test.any', '{}', test.tenant(), initiator => jsonb_build_object('userId', 1e131071::numeric, 'ip', 1e131071::numeric));
\echo :SQLSTATE

SET command_center.max_payload_bytes = 12;
SELECT octet_length('{"n": 12345}'::jsonb::text);
SELECT status FROM command_center.execute_command('test.any', '{"n": 12345}', test.tenant());
SELECT command_center.execute_command('test.any', '{"n": 123456}', test.tenant());
\echo :SQLSTATE
RESET command_center.max_payload_bytes;

-- The measure is the length of the text for every kind of value.
CREATE TEMPORARY TABLE samples (sample jsonb);
INSERT INTO samples VALUES ('null'), ('true'), ('false'), ('0'), ('-0.00'), ('0.0001'), ('-12.50'), ('1e10'), ('1.5e-7'), ('9999'), ('10000'),
    ('123456789012345678901234567890.5'), ('""'), ('"a\"b\\c\b\f\n\r\t\u0001"'), ('"ä€😀"'), ('[]'), ('{}'), ('[1, [2, {"a": []}], "x"]'),
    ('{"a": {"b": {"c": null}}, "d\n": 1}'), (to_jsonb(repeat('x', 3000))), ('100000000'), ('-99990000.00000000001');
DO $$
DECLARE
    document jsonb;
    bytes integer;
BEGIN
    FOR document IN SELECT sample FROM samples LOOP
        bytes := octet_length(document::text);
        PERFORM set_config('command_center.max_payload_bytes', bytes::text, true);
        PERFORM command_center.execute_command('test.any', document, test.tenant());
        CONTINUE WHEN bytes = 1;
        PERFORM set_config('command_center.max_payload_bytes', (bytes - 1)::text, true);
        BEGIN
            PERFORM command_center.execute_command('test.any', document, test.tenant());
            RAISE WARNING 'accepted with one byte too many: %', document;
        EXCEPTION WHEN SQLSTATE 'KC014' THEN NULL;
        END;
    END LOOP;
END $$;

SET command_center.max_payload_depth = 3;
SELECT status FROM command_center.execute_command('test.any', '[[[1]]]', test.tenant());
SELECT command_center.execute_command('test.any', '[[[[]]]]', test.tenant());
\echo :SQLSTATE
RESET command_center.max_payload_depth;
SELECT command_center.execute_command('test.any', (repeat('[', 1000) || repeat(']', 1000))::jsonb, test.tenant());
\echo :SQLSTATE

-- Envelope, key and headers count together.
SET command_center.max_message_bytes = 1024;
SELECT status FROM command_center.execute_command('test.any', '{}', test.tenant());
\set VERBOSITY sqlstate
SELECT command_center.execute_command('test.any', to_jsonb(repeat('x', 1000)), test.tenant());
\set VERBOSITY default
RESET command_center.max_message_bytes;

-- Only superusers may move the limits.
SELECT name, context FROM pg_settings WHERE name LIKE 'command\_center.%' ORDER BY name;
