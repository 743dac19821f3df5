-- Nothing is for PUBLIC; who may call execute_command needs no right on any table and gets none by it.
\set SHOW_CONTEXT never
CALL test.start();
SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND (proacl IS NULL OR has_function_privilege('public', oid, 'EXECUTE'));
SELECT count(*) AS readable FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND has_table_privilege('public', oid, 'SELECT');

CREATE ROLE test_service;
SET ROLE test_service;
SELECT command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001');
\echo :SQLSTATE
RESET ROLE;
GRANT USAGE ON SCHEMA command_center TO test_service;
SET ROLE test_service;
SELECT command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001');
\echo :SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION command_center.execute_command TO test_service;
SELECT command_center.bind_role('test_service', '00000000-0000-0000-0000-000000000001');
SET ROLE test_service;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001');
SELECT current_user;
SELECT count(*) FROM command_center.transactional_outbox;
\echo :SQLSTATE
INSERT INTO command_center.transactional_outbox SELECT;
\echo :SQLSTATE
SELECT command_center.set_service('mine');
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('default', 0);
\echo :SQLSTATE
-- After an error inside, the caller is who it was.
SELECT command_center.execute_command('test.book', '{}', '00000000-0000-0000-0000-000000000001');
SELECT current_user;
SET command_center.max_payload_bytes = 1;
\echo :SQLSTATE
RESET ROLE;
DROP OWNED BY test_service;
DROP ROLE test_service;

-- Each function fixes its search_path and says what it is for. Four do it when they read a table, not by a SET clause.
SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace
    AND proname NOT IN ('is_valid_json', 'validate_json', 'execute_command', 'execute_commands')
    AND (NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(proconfig, '{}')) OR obj_description(oid, 'pg_proc') IS NULL);

-- Triggers and operators that a caller plants do not run as the owner of the tables.
CREATE TABLE pg_temp.services (service_id text, topic text, status text);
INSERT INTO pg_temp.services VALUES ('bookings', 'stolen', 'healthy');
SELECT topic FROM command_center.transactional_outbox;
CREATE SCHEMA planted;
CREATE FUNCTION planted.equal(text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN RAISE 'a planted operator ran as %', current_user; END $$;
CREATE OPERATOR planted.= (LEFTARG = text, RIGHTARG = text, FUNCTION = planted.equal);
\c -
\set SHOW_CONTEXT never
SET search_path = planted, pg_catalog;
SELECT 'a' = 'a'::text;
SELECT status, replayed FROM command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001', idempotency_key => 'p');
SELECT status, replayed FROM command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001', idempotency_key => 'p');
SELECT ordinal, status, replayed FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001', NULL, NULL, 'p', NULL, NULL, NULL)]::command_center.command_request[]);
SHOW search_path;
RESET search_path;
