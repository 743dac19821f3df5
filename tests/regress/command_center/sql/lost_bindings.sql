-- A table of bindings that somebody dropped gives nobody every tenant.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = warning;
CALL test.start();
CREATE ROLE test_bound_to_none;
SELECT command_center.grant_access('test_bound_to_none', 'dispatcher');
BEGIN;
DROP TABLE command_center.tenant_roles CASCADE;
SET LOCAL ROLE test_bound_to_none;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', '0000000a-0000-4000-8000-00000000000a');
\echo :SQLSTATE
ROLLBACK;
BEGIN;
ALTER TABLE command_center.access_grants RENAME TO gone;
SET LOCAL ROLE test_bound_to_none;
SELECT command_center.publish_event('x', 'y', '{}', '0000000a-0000-4000-8000-00000000000a');
\echo :SQLSTATE
ROLLBACK;
SELECT command_center.revoke_access('test_bound_to_none', 'dispatcher');
DROP ROLE test_bound_to_none;
