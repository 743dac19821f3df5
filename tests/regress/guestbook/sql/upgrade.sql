-- A hop takes the guest book from a released version to this one; DROP EXTENSION keeps its rows.
\set SHOW_CONTEXT never
CALL test.start();
CREATE FUNCTION test.functions() RETURNS TABLE (name text, definition text) LANGUAGE sql AS $$
    SELECT oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), obj_description(oid, 'pg_proc')) FROM pg_proc
    WHERE pronamespace = 'guestbook'::regnamespace $$;
CREATE TABLE test.functions_of_new AS SELECT * FROM test.functions();
DROP EXTENSION guestbook;
DROP SCHEMA guestbook CASCADE;
CREATE EXTENSION guestbook VERSION '0.2.0';
-- In 0.2.0 entries had no written_by, which this library writes.
SELECT guestbook.setup();
SELECT guestbook.set_book('visitors');
SELECT guestbook.write_entry('visitors', 'before setup()', test.tenant());
\echo :SQLSTATE
CREATE ROLE test_operator;
SELECT command_center.grant_access('test_operator', 'operator');
ALTER EXTENSION guestbook UPDATE;
SELECT guestbook.write_entry('visitors', 'before setup()', test.tenant());
\echo :SQLSTATE
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'guestbook.%' AND severity = 'error';
SELECT guestbook.setup();
SELECT guestbook.write_entry('visitors', 'after', test.tenant()) IS NOT NULL AS written;
SELECT extversion = default_version AS newest FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE extname = 'guestbook';
-- What stands is what a new database has, and levels have what they gained.
(TABLE test.functions_of_new EXCEPT SELECT * FROM test.functions()) UNION ALL (SELECT * FROM test.functions() EXCEPT TABLE test.functions_of_new);
SELECT has_function_privilege('test_operator', 'guestbook.doctor()', 'EXECUTE') AS given;

DROP EXTENSION guestbook;
SELECT remark FROM guestbook.entries;
SELECT book, is_open FROM guestbook.books;
-- Its triggers stay and hinder nobody; the Command Center goes on without it.
UPDATE guestbook.books SET is_open = true;
SELECT command_center.maintain();
CREATE EXTENSION guestbook;
SELECT guestbook.setup();
SELECT guestbook.write_entry('visitors', 'again', test.tenant()) IS NOT NULL AS written;
SELECT remark FROM guestbook.entries ORDER BY entry_id;
DROP TABLE test.functions_of_new;
DROP FUNCTION test.functions;
DROP OWNED BY test_operator;
DROP ROLE test_operator;
