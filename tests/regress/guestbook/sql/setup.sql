-- setup() makes the tables beside those of the Command Center, and wants those first; nothing goes on without them.
\set SHOW_CONTEXT never
CALL test.reset();
SELECT guestbook.write_entry('visitors', 'too early', test.tenant());
\echo :SQLSTATE
BEGIN;
ALTER TABLE command_center.setup_steps RENAME TO hidden;
SELECT guestbook.setup();
ROLLBACK;
SELECT guestbook.setup();
SELECT guestbook.setup() AS again;
SELECT step, name FROM guestbook.setup_steps ORDER BY step;
SELECT guestbook.write_entry('visitors', 'no such book', test.tenant());
\echo :SQLSTATE
SELECT guestbook.set_book('visitors');
SELECT guestbook.write_entry('visitors', 'hello', test.tenant()) IS NOT NULL AS written;
SELECT tenant_id, book, remark, written_by = current_user AS by_us FROM guestbook.entries;
-- A change is written down where those of the Command Center are, and what changes nothing is none.
SELECT guestbook.set_book('visitors');
SELECT guestbook.set_book('visitors', is_open => false);
SELECT action, object, before, after FROM command_center.control_audit WHERE action LIKE 'guestbook.%' ORDER BY audit_id DESC LIMIT 2;
SELECT guestbook.set_book('no book');
\echo :SQLSTATE
-- Another role may own these tables than those of the Command Center.
CREATE ROLE test_team;
GRANT CREATE ON SCHEMA guestbook TO test_team;
GRANT USAGE ON SCHEMA test TO test_team;
SELECT command_center.grant_access('test_team', 'admin');
DROP TABLE guestbook.setup_steps, guestbook.entries, guestbook.books;
DROP FUNCTION guestbook.catalogue_changed();
SET ROLE test_team;
SELECT guestbook.setup();
SELECT guestbook.set_book('visitors');
SELECT guestbook.write_entry('visitors', 'hello', test.tenant()) IS NOT NULL AS written;
RESET ROLE;
SELECT action, object, role FROM command_center.control_audit WHERE action LIKE 'guestbook.%' ORDER BY audit_id DESC LIMIT 1;
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'guestbook.%';
DROP EXTENSION guestbook;
DROP OWNED BY test_team CASCADE;
DROP ROLE test_team;
