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
