-- doctor() of the Command Center looks at every extension; that of the guest book at its own.
\set SHOW_CONTEXT never
CALL test.start();
SELECT * FROM guestbook.doctor();
SELECT * FROM command_center.doctor() WHERE name LIKE 'guestbook.%';
SELECT guestbook.set_book('visitors', is_open => false);
DROP TRIGGER catalogue_changed ON guestbook.books;
GRANT EXECUTE ON FUNCTION guestbook.set_book TO PUBLIC;
DELETE FROM guestbook.setup_steps WHERE name = 'books';
SELECT severity, name, finding FROM guestbook.doctor();
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'guestbook.%' OR finding LIKE '%guestbook%';
-- What its setup() made is compared with its steps, its tables with their shapes; who owns its catalogue must be able to tell sessions of changes.
CALL test.start();
BEGIN;
DROP POLICY entries_of_own_tenants ON guestbook.entries;
ALTER FUNCTION guestbook.catalogue_changed SECURITY INVOKER;
ALTER TABLE guestbook.books ALTER is_open TYPE text;
SELECT severity, name, finding, remedy FROM guestbook.doctor();
ROLLBACK;
BEGIN;
CREATE ROLE test_guest;
GRANT ALL ON SCHEMA guestbook TO test_guest;
ALTER FUNCTION guestbook.catalogue_changed OWNER TO test_guest;
SELECT severity, name, finding, remedy FROM command_center.doctor() WHERE name IN ('announce_change', 'guestbook.functions');
ROLLBACK;
