-- A dump brings the guest book into another database: with its rows, or the schema alone, which setup() adopts.
\set SHOW_CONTEXT never
CALL test.start();
SELECT guestbook.write_entry('visitors', 'hello', test.tenant()) IS NOT NULL AS written;
SELECT current_database() AS tested \gset
\setenv TESTED :tested
CREATE DATABASE guestbook_restored TEMPLATE template0;
\! pg_dump --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=guestbook_restored -o /dev/null
\c guestbook_restored
\set SHOW_CONTEXT never
SELECT command_center.setup(), guestbook.setup();
SELECT remark FROM guestbook.entries;
SELECT guestbook.write_entry('visitors', 'restored', test.tenant()) IS NOT NULL AS written;
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'guestbook.%';
\c :tested
\set SHOW_CONTEXT never
DROP DATABASE guestbook_restored;

CREATE DATABASE guestbook_restored TEMPLATE template0;
\! pg_dump --schema-only --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=guestbook_restored -o /dev/null
\c guestbook_restored
\set SHOW_CONTEXT never
SELECT command_center.setup() IS NOT NULL AS set_up;
SELECT guestbook.setup() IS NOT NULL AS set_up;
SELECT name FROM guestbook.setup_steps ORDER BY step;
SELECT guestbook.setup() AS again;
SELECT guestbook.set_book('visitors');
SELECT guestbook.write_entry('visitors', 'adopted', test.tenant()) IS NOT NULL AS written;
SELECT severity, name, finding FROM guestbook.doctor();
\c :tested
\set SHOW_CONTEXT never
DROP DATABASE guestbook_restored;
