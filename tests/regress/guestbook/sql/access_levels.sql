-- grant_access() of the Command Center reaches what the guest book lists for a level, and believes nobody else's list.
\set SHOW_CONTEXT never
CALL test.start();
CREATE ROLE test_reader;
CREATE ROLE test_dispatcher;
CREATE ROLE test_operator;
CREATE ROLE test_admin;
SELECT level, command_center.grant_access('test_' || level, level) FROM unnest('{reader, dispatcher, operator, admin}'::text[]) AS level;
CREATE FUNCTION test.rights() RETURNS TABLE (object text, roles text) LANGUAGE sql AS $$
    SELECT named.object, string_agg(rolname, ' ' ORDER BY rolname) FILTER (WHERE named.has) FROM (
        SELECT oid::regproc::text AS object, rolname, has_function_privilege(rolname, oid, 'EXECUTE') AS has
        FROM pg_proc, (SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%') AS role WHERE pronamespace = 'guestbook'::regnamespace
        UNION ALL
        SELECT oid::regclass::text, rolname, has_table_privilege(rolname, oid, 'SELECT')
        FROM pg_class, (SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%') AS role
        WHERE relnamespace = 'guestbook'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition) AS named
    GROUP BY named.object ORDER BY named.object $$;
SELECT * FROM test.rights();
SET ROLE test_operator;
SELECT guestbook.set_book('second');
RESET ROLE;
SELECT command_center.revoke_access('test_operator', 'operator');
SELECT object FROM test.rights() WHERE roles LIKE '%test_operator%';
SELECT has_schema_privilege('test_operator', 'guestbook', 'USAGE') AS enters;
-- setup() gives what a level has gained.
REVOKE EXECUTE ON FUNCTION guestbook.write_entry FROM test_dispatcher;
SELECT guestbook.setup();
SELECT has_function_privilege('test_dispatcher', 'guestbook.write_entry(text, text, uuid)', 'EXECUTE') AS again;

-- A list that is not the extension's: it would run as the definer. First where the extension is not there at all …
CREATE ROLE test_mallory;
GRANT CREATE ON DATABASE :DBNAME TO test_mallory;
DROP EXTENSION guestbook;
DROP SCHEMA guestbook CASCADE;
SET ROLE test_mallory;
CREATE SCHEMA guestbook;
CREATE FUNCTION guestbook.access_levels() RETURNS TABLE (level text, kind text, object text) LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'the list of mallory runs as %', current_user;
    RETURN QUERY VALUES ('reader', 'function', 'bait');
END $$;
CREATE FUNCTION guestbook.bait() RETURNS void LANGUAGE sql AS 'SELECT';
REVOKE ALL ON FUNCTION guestbook.bait() FROM PUBLIC;
RESET ROLE;
CREATE ROLE test_next;
SELECT command_center.grant_access('test_next', 'reader');
SELECT has_schema_privilege('test_next', 'guestbook', 'USAGE') AS enters, has_function_privilege('test_next', 'guestbook.bait()', 'EXECUTE') AS baited;
SELECT command_center.revoke_access('test_next', 'reader');
SELECT command_center.maintain() AS made, (SELECT count(*) FROM command_center.doctor() WHERE name LIKE 'guestbook.%') AS findings;
-- … then as a member of another extension of ours …
ALTER EXTENSION command_center ADD FUNCTION guestbook.access_levels();
SELECT command_center.grant_access('test_next', 'reader');
SELECT has_function_privilege('test_next', 'guestbook.bait()', 'EXECUTE') AS baited;
SELECT command_center.revoke_access('test_next', 'reader');
ALTER EXTENSION command_center DROP FUNCTION guestbook.access_levels();
-- … and as a member of the right one, but not of a superuser.
DROP SCHEMA guestbook CASCADE;
CREATE EXTENSION guestbook;
SELECT guestbook.setup();
ALTER EXTENSION guestbook DROP FUNCTION guestbook.access_levels();
DROP FUNCTION guestbook.access_levels();
GRANT CREATE, USAGE ON SCHEMA guestbook TO test_mallory;
SET ROLE test_mallory;
CREATE FUNCTION guestbook.access_levels() RETURNS TABLE (level text, kind text, object text) LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'the list of mallory runs as %', current_user;
    RETURN QUERY VALUES ('reader', 'function', 'set_book');
END $$;
RESET ROLE;
SELECT command_center.grant_access('test_next', 'reader');
ALTER EXTENSION guestbook ADD FUNCTION guestbook.access_levels();
SELECT command_center.grant_access('test_next', 'reader');
SELECT has_function_privilege('test_next', 'guestbook.set_book(text, boolean)', 'EXECUTE') AS baited;
-- A level that only such a list has is none.
SELECT command_center.grant_access('test_next', 'bait');
\echo :SQLSTATE
DROP EXTENSION guestbook;
DROP FUNCTION test.rights;
DROP OWNED BY test_reader, test_dispatcher, test_operator, test_admin, test_mallory, test_next;
DROP ROLE test_reader, test_dispatcher, test_operator, test_admin, test_mallory, test_next;
