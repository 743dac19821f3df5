-- A service may be handled in the database: in the caller's transaction, as the caller, and with an answer.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.rooms (id text PRIMARY KEY, booked_by text, command_id uuid);
CREATE FUNCTION test.book_room(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF (command).payload ? 'nights' AND ((command).payload ->> 'nights')::integer > 20 THEN
        RAISE EXCEPTION 'room % is not free for so long', (command).payload ->> 'id'
            USING ERRCODE = 'KC007', DETAIL = '{"free": 20}', HINT = 'Ask for less.';
    END IF;
    INSERT INTO test.rooms VALUES ((command).payload ->> 'id', current_user, (command).command_id);
    RETURN CASE WHEN NOT (command).payload ? 'nights' THEN jsonb_build_object('room', (command).payload ->> 'id',
        'initiator', (command).initiator, 'target', (command).target_service, 'key', (command).idempotency_key) END;
END $$;

-- What can be a handler.
SELECT command_center.set_service('rooms', handler => 'test.nothing(command_center.accepted_command)');
\echo :SQLSTATE
SELECT command_center.set_service('rooms', handler => 'pg_catalog.upper(text)');
\echo :SQLSTATE
SELECT command_center.set_service('rooms', handler => 'nonsense');
\echo :SQLSTATE
-- One with rights of its own looks names up where it says, not where its caller does.
CREATE FUNCTION test.with_rights(command_center.accepted_command) RETURNS jsonb LANGUAGE sql SECURITY DEFINER AS 'SELECT NULL::jsonb';
SELECT command_center.set_service('rooms', handler => 'test.with_rights(command_center.accepted_command)');
\echo :SQLSTATE
ALTER FUNCTION test.with_rights SET search_path = test;
SELECT command_center.set_service('rooms', handler => 'test.with_rights(command_center.accepted_command)');
SET search_path = test;
SELECT command_center.set_service('rooms', handler => 'book_room(command_center.accepted_command)');
\echo :SQLSTATE
RESET search_path;
SELECT command_center.set_service('rooms', handler => ' test.book_room ( command_center.accepted_command ) ');
SELECT handler FROM command_center.services WHERE service_id = 'rooms';
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "rooms", "weight": 1}], "also": ["audit"]}');

-- Its answer is the result; the target gets no message, who listens in does.
SELECT target_service, result FROM command_center.execute_command('test.book', '{"id": "r1"}', test.tenant(), initiator => '{"userId": "u"}', idempotency_key => 'k');
SELECT headers ->> 'x-command-target' AS target FROM command_center.transactional_outbox;
SELECT result ->> 'room' AS room FROM command_center.command_dispatches;
SELECT kind, service_id, handler, who FROM command_center.dispatch_events;
SELECT rooms.id FROM test.rooms JOIN command_center.command_dispatches USING (command_id);
-- The stored answer is replayed, and the handler does not run again.
SELECT replayed, result ->> 'room' AS room FROM command_center.execute_command('test.book', '{"id": "r1"}', test.tenant(), initiator => '{"userId": "u"}', idempotency_key => 'k');
-- A handler may have nothing to say.
SELECT status, result FROM command_center.execute_command('test.book', '{"id": "r2", "nights": 1}', test.tenant());

-- Its failure is the caller's, and undoes everything.
SELECT command_center.execute_command('test.book', '{"id": "r3", "nights": 21}', test.tenant(), idempotency_key => 'k3');
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r1"}', test.tenant());
\echo :SQLSTATE
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "r3"}', test.tenant(), idempotency_key => 'k3');

-- In a batch only the command whose handler fails is undone; its row says whose handler it was.
SELECT ordinal, status, target_service, result ->> 'room' AS room, sqlstate, message, detail, hint FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "b1"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL),
    ROW('test.book', '{"id": "b2", "nights": 25}', test.tenant(), NULL, NULL, 'b', NULL, NULL, NULL),
    ROW('test.book', '{"id": "b1"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL),
    ROW('test.book', '{"id": "b3"}', test.tenant(), NULL, NULL, 'b', NULL, NULL, NULL)]::command_center.command_request[]);
SELECT id FROM test.rooms WHERE id LIKE 'b%' ORDER BY id;
SELECT count(*) AS dispatches FROM command_center.command_dispatches WHERE result ->> 'room' LIKE 'b%';
\set SHOW_CONTEXT always
SELECT * FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "b4"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL),
    ROW('test.book', '{"id": "b5", "nights": 25}', test.tenant(), NULL, NULL, 'b5', NULL, NULL, NULL)]::command_center.command_request[], all_or_nothing => true);
\echo :SQLSTATE
-- The handler's own error, with all that it has.
DO $$
DECLARE
    found text;
BEGIN
    PERFORM * FROM command_center.execute_commands(ARRAY[
        ROW('test.book', '{"id": "b1"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)]::command_center.command_request[], all_or_nothing => true);
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS found = CONSTRAINT_NAME;
    RAISE NOTICE '%', found;
END $$;
\set SHOW_CONTEXT never
SELECT id FROM test.rooms WHERE id LIKE 'b%' ORDER BY id;

-- It runs as the caller, who needs the right to call it and what it does.
CREATE ROLE test_handler_service;
GRANT USAGE ON SCHEMA test TO test_handler_service;
SELECT command_center.grant_access('test_handler_service', 'dispatcher'), command_center.bind_role('test_handler_service', test.tenant());
REVOKE EXECUTE ON FUNCTION test.book_room FROM PUBLIC;
SET ROLE test_handler_service;
SELECT command_center.execute_command('test.book', '{"id": "p1"}', test.tenant());
\echo :SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION test.book_room TO test_handler_service;
SET ROLE test_handler_service;
SELECT command_center.execute_command('test.book', '{"id": "p1"}', test.tenant());
\echo :SQLSTATE
RESET ROLE;
GRANT INSERT ON test.rooms TO test_handler_service;
SET ROLE test_handler_service;
SELECT status FROM command_center.execute_command('test.book', '{"id": "p1"}', test.tenant());
RESET ROLE;
SELECT booked_by FROM test.rooms WHERE id = 'p1';

-- A handler may execute commands itself, change the catalogue, and use its own key in vain.
CREATE FUNCTION test.nest(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.set_service('audit', topic => 'changed');
    IF (command).idempotency_key IS NOT NULL THEN
        RETURN to_jsonb(command_center.execute_command((command).command_name, (command).payload, (command).tenant_id,
            idempotency_key => (command).idempotency_key));
    END IF;
    RETURN to_jsonb((command_center.execute_command('test.inner', '{}', (command).tenant_id)).target_service);
END $$;
SELECT command_center.set_service('nest', handler => 'test.nest(command_center.accepted_command)');
SELECT count(*) FROM command_center.register_command('test.inner', '{"type": "object"}', default_target => 'bookings');
SELECT count(*) FROM command_center.register_command('test.outer', '{"type": "object"}', default_target => 'nest');
SELECT target_service, result FROM command_center.execute_command('test.outer', '{}', test.tenant());
SELECT command_center.execute_command('test.outer', '{}', test.tenant(), idempotency_key => 'own');
\echo :SQLSTATE

-- One that is gone, or answers too much, is an error, which says whose it is.
\set SHOW_CONTEXT always
DROP FUNCTION test.nest;
SELECT command_center.execute_command('test.outer', '{}', test.tenant());
\echo :SQLSTATE
CREATE FUNCTION test.nest(command command_center.accepted_command) RETURNS text LANGUAGE sql AS 'SELECT ''''';
SELECT command_center.execute_command('test.outer', '{}', test.tenant());
\echo :SQLSTATE
DROP FUNCTION test.nest;
CREATE FUNCTION test.nest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT to_jsonb(repeat(''x'', 300000))';
SELECT command_center.execute_command('test.outer', '{}', test.tenant());
\echo :SQLSTATE
SELECT sqlstate FROM command_center.execute_commands(ARRAY[ROW('test.outer', '{}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)]::command_center.command_request[]);
DROP FUNCTION test.nest;

-- A handled command of an ordered template locks its key only for a message to who listens in, and of many the tenant at once.
CREATE FUNCTION test.nest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
SELECT count(*) FROM command_center.register_command('test.turn', '{"type": "object"}', default_target => 'nest', partition_key => '/id', ordered => true);
CREATE FUNCTION test.turns(commands integer) RETURNS TABLE (mode text, locks bigint) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_commands(ARRAY(SELECT ROW('test.turn', jsonb_build_object('id', n::text), test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)
        ::command_center.command_request FROM generate_series(1, commands) AS n));
    RETURN QUERY SELECT held.mode, count(*) FROM pg_locks AS held WHERE locktype = 'advisory' AND pid = pg_backend_pid() GROUP BY 1 ORDER BY 1;
END $$;
SELECT * FROM test.turns(257);
SELECT count(*) FROM command_center.set_route('test.turn', '{"targets": [{"serviceId": "nest", "weight": 1}], "also": ["audit"]}');
SELECT * FROM test.turns(256);
SELECT * FROM test.turns(257);

-- A batch needs the memory of some of its commands, not of all.
SELECT command_center.set_service('copy' || n) FROM generate_series(1, 5) AS n;
SELECT count(*) FROM command_center.set_route('test.inner', '{"targets": [{"serviceId": "bookings", "weight": 1}],
    "also": ["copy1", "copy2", "copy3", "copy4", "copy5"]}');
CREATE OR REPLACE FUNCTION test.nest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS
    'SELECT to_jsonb(sum(total_bytes) < 100000000) FROM pg_backend_memory_contexts';
SELECT status, count(*), jsonb_agg(result) FILTER (WHERE result IS NOT NULL) AS is_little
FROM command_center.execute_commands(ARRAY(SELECT ROW('test.inner', jsonb_build_object('filler', repeat('x', 200000)), test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)
        ::command_center.command_request FROM generate_series(1, 100))
    || ROW('test.outer', '{}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request)
GROUP BY status;
DROP OWNED BY test_handler_service;
DROP ROLE test_handler_service;
DROP FUNCTION test.nest, test.book_room, test.turns;
DROP TABLE test.rooms;

-- A handler that changes the environment changes that of later commands.
CREATE FUNCTION test.move_on(command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$
    SELECT to_jsonb(set_config('command_center.environment', repeat('p', 50), true)) $$;
SELECT command_center.set_service('rooms', handler => 'test.move_on(command_center.accepted_command)');
BEGIN;
SET LOCAL command_center.environment = 'staging';
SELECT result FROM command_center.execute_command('test.book', '{"id": "r9"}', test.tenant());
SELECT environment FROM command_center.command_dispatches ORDER BY "position" DESC LIMIT 1;
ROLLBACK;
DROP FUNCTION test.with_rights, test.move_on;
