-- What the caller has set, for itself or for its database, does not end up in what setup() and maintain() make.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.plain AS SELECT * FROM test.catalogue();

CREATE TABLE test.hostile (setting text, value text);
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE test_elsewhere LOCATION '';
CREATE ACCESS METHOD test_rows TYPE TABLE HANDLER heap_tableam_handler;
INSERT INTO test.hostile VALUES
    ('standard_conforming_strings', 'off'), ('escape_string_warning', 'off'), ('backslash_quote', 'off'), ('array_nulls', 'off'),
    ('transform_null_equals', 'on'), ('quote_all_identifiers', 'on'), ('check_function_bodies', 'off'), ('row_security', 'off'),
    ('default_tablespace', 'test_elsewhere'), ('default_table_access_method', 'test_rows'), ('default_toast_compression', 'pglz'),
    ('DateStyle', 'SQL, DMY'), ('IntervalStyle', 'sql_standard'), ('TimeZone', 'Pacific/Kiritimati'), ('bytea_output', 'escape'),
    ('extra_float_digits', '-15'), ('xmloption', 'document'), ('session_replication_role', 'replica'),
    ('default_transaction_isolation', 'serializable'), ('enable_indexscan', 'off'), ('plpgsql.extra_errors', 'all');

-- A database whose every session has all of that at once; what is called by a name alone is somebody else's there.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM test.hostile LOOP
        EXECUTE format('ALTER DATABASE %I SET %I = %L', current_database(), one.setting, one.value);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET search_path = test, pg_catalog', current_database());
END $$;
CREATE FUNCTION test.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'epoch'::timestamptz $$;
CREATE FUNCTION test.quote_ident(text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CALL test.reset();
\c
\set SHOW_CONTEXT never
SELECT current_setting('standard_conforming_strings') AS strings, current_setting('default_tablespace') AS tablespace, now();
SELECT command_center.setup() > 0 AS took_steps;
SELECT severity, name, finding FROM command_center.doctor() WHERE name <> 'settings' AND severity = 'error' OR finding LIKE 'could not%';
SELECT name, severity FROM command_center.health WHERE name IN ('setup', 'partitions') ORDER BY name;
-- Days that are missing later on are made by maintain() alone.
CREATE PROCEDURE test.drop_days() LANGUAGE plpgsql AS $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'command_center.command_dispatches'::regclass LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
END $$;
CALL test.drop_days();
SELECT command_center.maintain() AS made;
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT setting FROM test.hostile UNION SELECT 'search_path' LOOP
        EXECUTE format('ALTER DATABASE %I RESET %I', current_database(), one);
    END LOOP;
END $$;
\c
\set SHOW_CONTEXT never
DROP FUNCTION test.now, test.quote_ident;
SELECT 'only plain' AS side, * FROM (TABLE test.plain EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only hostile', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.plain) AS extra
ORDER BY 1, 2, 3;
SELECT count(*) AS elsewhere FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND reltablespace <> 0;

-- A session that has them works as any other.
CALL test.start();
SET escape_string_warning = off;
SET standard_conforming_strings = off;
SET array_nulls = off;
SET transform_null_equals = on;
SET quote_all_identifiers = on;
SET row_security = off;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
CREATE ROLE test_hostile;
SELECT command_center.grant_access('test_hostile', 'reader');
SELECT command_center.grant_access('test_hostile', 'reader') AS again;
SELECT command_center.revoke_access('test_hostile', 'reader');
RESET ALL;
DROP ROLE test_hostile;

-- Days go where their table says, whatever the caller's default is.
ALTER TABLE command_center.command_dispatches SET TABLESPACE test_elsewhere;
CALL test.drop_days();
SELECT command_center.maintain() AS made;
SELECT spcname, count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid LEFT JOIN pg_tablespace ON pg_tablespace.oid = reltablespace
WHERE inhparent = 'command_center.command_dispatches'::regclass GROUP BY spcname;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());

CALL test.reset();
DROP TABLE test.plain, test.hostile;
DROP PROCEDURE test.drop_days;
DROP ACCESS METHOD test_rows;
DROP TABLESPACE test_elsewhere;
