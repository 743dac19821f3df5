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
-- Others have theirs.
SELECT * FROM pg_temp.send(8, 1000);
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(9), property_id => test.tenant(1));
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(9), property_id => test.tenant(1));
\echo :SQLSTATE
