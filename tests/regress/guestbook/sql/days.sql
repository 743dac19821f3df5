-- maintain() makes and retires the days of the guest book; that of the Command Center does it, too.
\set SHOW_CONTEXT never
CALL test.start();
CREATE FUNCTION test.days() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_inherits WHERE inhparent = 'guestbook.entries'::regclass $$;
SELECT test.days();
-- The last of them go, as if they had not come yet.
DO $$
DECLARE
    day regclass;
BEGIN
    FOR day IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'guestbook.entries'::regclass ORDER BY inhrelid::regclass::text DESC LIMIT 3 LOOP
        EXECUTE format('DROP TABLE %s', day);
    END LOOP;
END $$;
SELECT command_center.maintain();
SELECT test.days();
SELECT guestbook.maintain();

-- A day that is over for longer than it is kept is emptied, and only that.
CREATE PROCEDURE test.make_old_day() LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE guestbook.entries_20200101 (LIKE guestbook.entries INCLUDING ALL);
    ALTER TABLE guestbook.entries ATTACH PARTITION guestbook.entries_20200101
        FOR VALUES FROM ('016f5e66-e800-7000-8000-000000000000') TO ('016f638d-4400-7000-8000-000000000000');
    INSERT INTO guestbook.entries VALUES (test.tenant(), '016f5e66-e800-7000-8000-000000000001', 'visitors', 'long ago');
END $$;
CALL test.make_old_day();
SELECT guestbook.write_entry('visitors', 'today', test.tenant()) IS NOT NULL AS written;
SELECT command_center.maintain();
SELECT remark FROM guestbook.entries;
DROP TABLE guestbook.entries_20200101;
CALL test.make_old_day();
SELECT guestbook.maintain();
SELECT remark FROM guestbook.entries;

-- What keeps it from being maintained is told, and keeps the Command Center from nothing.
DROP FUNCTION guestbook.catalogue_changed() CASCADE;
CREATE FUNCTION guestbook.catalogue_changed() RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT command_center.maintain();
SELECT guestbook.maintain();
DROP FUNCTION test.days;
DROP PROCEDURE test.make_old_day;
