-- A change of one catalogue empties no cache of the other: a session reads a table again only when that may have changed.
\set SHOW_CONTEXT never
CALL test.start();
CREATE PROCEDURE test.use() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.book', '{}', test.tenant()), guestbook.write_entry('visitors', 'hello', test.tenant());
END $$;
CREATE FUNCTION test.readings() RETURNS TABLE (name text, readings bigint) LANGUAGE sql VOLATILE AS $$
    SELECT oid::regclass::text, pg_stat_get_xact_numscans(oid) + coalesce((SELECT sum(pg_stat_get_xact_numscans(indexrelid)) FROM pg_index WHERE indrelid = pg_class.oid), 0)::bigint
    FROM pg_class WHERE oid IN ('guestbook.books'::regclass, 'command_center.command_templates'::regclass) ORDER BY oid::regclass::text $$;
CALL test.use();
BEGIN;
SELECT command_center.set_service('other');
CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM test.readings();
CALL test.use();
SELECT name, readings.readings > before.readings AS is_read_again FROM test.readings() JOIN before USING (name);
COMMIT;
CALL test.use();
BEGIN;
SELECT guestbook.set_book('other');
CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM test.readings();
CALL test.use();
SELECT name, readings.readings > before.readings AS is_read_again FROM test.readings() JOIN before USING (name);
COMMIT;
-- What nobody changes is not read again.
CALL test.use();
BEGIN;
CREATE TEMP TABLE before ON COMMIT DROP AS SELECT * FROM test.readings();
CALL test.use();
SELECT name, readings.readings > before.readings AS is_read_again FROM test.readings() JOIN before USING (name);
COMMIT;
-- A change by hand is seen at once; the triggers tell.
UPDATE guestbook.books SET is_open = false WHERE book = 'visitors';
SELECT guestbook.write_entry('visitors', 'closed', test.tenant());
\echo :SQLSTATE
DROP PROCEDURE test.use;
DROP FUNCTION test.readings;
