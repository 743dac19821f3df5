-- A role writes and sees the rows of the tenants that the Command Center binds it to.
\set SHOW_CONTEXT never
CALL test.start();
CREATE ROLE test_a;
CREATE ROLE test_b;
SELECT command_center.bind_role('test_a', test.tenant(1)), command_center.bind_role('test_b', test.tenant(2));
SELECT command_center.grant_access(role, level) FROM unnest('{test_a, test_b}'::text[]) AS role, unnest('{reader, dispatcher}'::text[]) AS level;
GRANT USAGE ON SCHEMA test TO test_a, test_b;
SET ROLE test_a;
SELECT guestbook.write_entry('visitors', 'from a', test.tenant(1)) IS NOT NULL AS written;
SELECT guestbook.write_entry('visitors', 'forged', test.tenant(2));
\echo :SQLSTATE
-- The same words for a tenant that there is and for one that there is not, and before anything of the book is told.
SELECT guestbook.write_entry('none', 'forged', test.tenant(9));
SELECT guestbook.set_book('mine');
\echo :SQLSTATE
INSERT INTO guestbook.entries SELECT;
\echo :SQLSTATE
SET ROLE test_b;
SELECT guestbook.write_entry('visitors', 'from b', test.tenant(2)) IS NOT NULL AS written;
SELECT tenant_id, remark, written_by FROM guestbook.entries;
SET ROLE test_a;
SELECT tenant_id, remark, written_by FROM guestbook.entries;
RESET ROLE;
SELECT tenant_id, remark, written_by FROM guestbook.entries ORDER BY tenant_id;
-- The writer who is not an operator has no right on a partition.
SELECT count(*) FROM pg_inherits WHERE inhparent = 'guestbook.entries'::regclass AND has_table_privilege('test_a', inhrelid, 'SELECT');
DROP OWNED BY test_a, test_b;
DROP ROLE test_a, test_b;
