-- A tenant that invents properties is counted more coarsely itself; no other tenant notices.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "property", "maxPerMinute": 1, "burst": 1}');
CREATE FUNCTION pg_temp.send(tenant integer, properties integer) RETURNS TABLE (sqlstate text, commands bigint) LANGUAGE sql AS $$
    SELECT coalesce(sqlstate, status), count(*) FROM command_center.execute_commands(ARRAY(
        SELECT ROW('test.book', '{"id": "r"}', test.tenant(tenant), NULL, NULL, NULL, gen_random_uuid(), NULL, NULL)::command_center.command_request
        FROM generate_series(1, properties))) GROUP BY 1
$$;
DO $$
BEGIN
    FOR turn IN 1 .. 7 LOOP
        PERFORM pg_temp.send(7, 10000);
        COMMIT;
    END LOOP;
END $$;
-- Its new properties share what is left to it.
SELECT sqlstate, commands > 900 AS most FROM pg_temp.send(7, 1000) WHERE commands > 900;
-- It can see why, before and after; so can who operates.
CREATE FUNCTION pg_temp.explained(tenant integer) RETURNS TABLE (sqlstate text, together text, commands bigint) LANGUAGE sql AS $$
    SELECT explained #>> '{refusal, sqlstate}', explained #>> '{refusal, detail, countedTogether}', count(*)
    FROM generate_series(1, 200), LATERAL command_center.explain_command('test.book', '{"id": "r"}', test.tenant(tenant), property_id => gen_random_uuid()) AS explained
    GROUP BY 1, 2
$$;
SELECT sqlstate, together, commands > 150 AS most FROM pg_temp.explained(7) WHERE commands > 150;
SELECT * FROM pg_temp.explained(8);
SELECT count(*) > 900 AS most FROM command_center.execute_commands(ARRAY(
    SELECT ROW('test.book', '{"id": "r"}', test.tenant(7), NULL, NULL, NULL, gen_random_uuid(), NULL, NULL)::command_center.command_request
    FROM generate_series(1, 1000))) WHERE detail::jsonb @> '{"countedTogether": true}';
SELECT severity, finding FROM command_center.doctor() WHERE finding ~ 'rate limits' \gx
-- Others have theirs.
SELECT * FROM pg_temp.send(8, 1000);
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(9), property_id => test.tenant(1));
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(9), property_id => test.tenant(1));
\echo :SQLSTATE
