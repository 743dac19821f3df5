-- A batch decides about each command as execute_command would, answers a row for each in order, and writes the accepted ones together.
\set SHOW_CONTEXT always
CALL test.start();
CREATE FUNCTION test.request(payload jsonb, key text DEFAULT NULL, name text DEFAULT 'test.book', tenant uuid DEFAULT test.tenant())
RETURNS command_center.command_request LANGUAGE sql AS $$
    SELECT ROW(name, payload, tenant, NULL, payload ->> 'id', key, NULL, NULL, NULL)::command_center.command_request
$$;
PREPARE batch(command_center.command_request[]) AS
    SELECT ordinal, status, command_id IS NOT NULL AS has_id, command_name, target_service, correlation_id, mode, replayed, sqlstate, message, hint
    FROM command_center.execute_commands($1);

-- Accepted and refused side by side; a refused one names what execute_command would have raised.
EXECUTE batch(ARRAY[test.request('{"id": "a"}'), test.request('{"id": 5}'), test.request('{"id": "b"}', name => 'test.unknown'), NULL,
    test.request('{"id": "c"}', tenant => NULL), test.request('{"id": "d"}', key => ''), test.request('{"id": "e"}')]);
SELECT detail FROM command_center.execute_commands(ARRAY[test.request('{"id": 5}')]);
SELECT correlation_id FROM command_center.command_dispatches ORDER BY "position";
-- Each command has its own position, and its messages share it.
SELECT count(*) AS messages, count(DISTINCT "position") AS positions FROM command_center.transactional_outbox;

-- Idempotency keys: used before, used twice in the batch, with other content.
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), correlation_id => 'k', idempotency_key => 'before');
EXECUTE batch(ARRAY[test.request('{"id": "k"}', 'before'), test.request('{"id": "new"}', 'now'), test.request('{"id": "new"}', 'now'),
    test.request('{"id": "other"}', 'now'), test.request('{"id": 7}', 'free'), test.request('{"id": "after"}', 'free')]);
SELECT count(*) FROM command_center.command_dispatches WHERE correlation_id IN ('new', 'after');

-- all_or_nothing raises the first refusal, and nothing of the batch stays.
SELECT count(*) AS before FROM command_center.command_dispatches \gset
SELECT * FROM command_center.execute_commands(ARRAY[test.request('{"id": "x"}', 'x'), test.request('{"id": "y", "nights": 99}')], all_or_nothing => true);
\echo :SQLSTATE
SELECT count(*) - :before AS more FROM command_center.command_dispatches;
SELECT status, replayed FROM command_center.execute_commands(ARRAY[test.request('{"id": "x"}', 'x')], all_or_nothing => true);

-- Bounds.
SELECT count(*) FROM command_center.execute_commands('{}');
SELECT * FROM command_center.execute_commands(NULL);
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('{}', NULL);
\echo :SQLSTATE
SELECT count(*) FILTER (WHERE status = 'accepted') AS accepted
FROM command_center.execute_commands(ARRAY(SELECT test.request('{"id": "many"}') FROM generate_series(1, 10000)));
SELECT * FROM command_center.execute_commands(ARRAY(SELECT test.request('{"id": "many"}') FROM generate_series(1, 10001)));
\echo :SQLSTATE
SELECT count(*) = count(DISTINCT "position") AND count(*) = count(DISTINCT message_id) AS distinct FROM command_center.transactional_outbox;
SELECT count(*) AS without_message FROM command_center.command_dispatches AS dispatch
WHERE NOT EXISTS (SELECT FROM command_center.transactional_outbox AS message
    WHERE message.command_id = dispatch.command_id AND message."position" = dispatch."position");

-- Ordered commands of more keys than are locked one by one.
SELECT count(*) FROM command_center.register_command('test.order', '{"type": "object"}', default_target => 'bookings', partition_key => '/id', ordered => true);
BEGIN;
SELECT count(*) FROM command_center.execute_commands(ARRAY(SELECT test.request(jsonb_build_object('id', n::text), name => 'test.order') FROM generate_series(1, 256) AS n));
SELECT mode, count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() GROUP BY mode ORDER BY mode;
COMMIT;
BEGIN;
SELECT count(*) FROM command_center.execute_commands(ARRAY(SELECT test.request(jsonb_build_object('id', n::text), name => 'test.order') FROM generate_series(1, 257) AS n));
SELECT mode, count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() GROUP BY mode ORDER BY mode;
COMMIT;
-- Of any number of calls and tenants few locks are held; of more tenants than the server has room for, an error says what to do.
BEGIN;
SELECT count(*) FROM generate_series(1, 10000) AS n, command_center.execute_command('test.order', jsonb_build_object('id', n::text), test.tenant());
SELECT count(*) <= 300 AS few FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT count(*) FROM generate_series(1, 300) AS n, command_center.execute_command('test.order', '{"id": "one"}', md5(n::text)::uuid);
SELECT count(*) <= 600 AS few FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
\set VERBOSITY sqlstate
SELECT count(*) FROM generate_series(1, 10000) AS n, command_center.execute_command('test.order', '{"id": "one"}', md5(n::text)::uuid);
\set VERBOSITY default
ROLLBACK;

-- A partition that is not a plain table is written by statements, with its triggers and checks.
CREATE TABLE test.seen (id text);
CREATE FUNCTION test.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO test.seen VALUES (NEW.correlation_id); RETURN NEW; END $$;
CREATE TRIGGER see AFTER INSERT ON command_center.command_dispatches FOR EACH ROW EXECUTE FUNCTION test.see();
SELECT count(*) FROM command_center.execute_commands(ARRAY[test.request('{"id": "t1"}'), test.request('{"id": "t2"}')]);
SELECT id FROM test.seen ORDER BY id;
DROP TRIGGER see ON command_center.command_dispatches;
\set SHOW_CONTEXT never
ALTER TABLE command_center.command_dispatches ADD CONSTRAINT no_ghosts CHECK (correlation_id <> 'ghost');
\set VERBOSITY sqlstate
SELECT * FROM command_center.execute_commands(ARRAY[test.request('{"id": "ghost"}')]);
\echo :SQLSTATE
\set VERBOSITY default
-- A schema that somebody broke by hand refuses its own commands: those behind it in the batch go on, and as the same role.
SELECT count(*) AS findings FROM command_center.register_command('test.broken', '{"type": "object"}', default_target => 'bookings');
UPDATE command_center.command_templates SET payload_schema = '{"type": 5}' WHERE command_name = 'test.broken';
SELECT command_center.set_service('announced');
SELECT ordinal, status, sqlstate, message FROM command_center.execute_commands(ARRAY[test.request('{"id": "s1"}'),
    test.request('{}', name => 'test.broken'), test.request('{"id": "s2"}')]);
SELECT current_user = session_user AS still_the_caller;
DEALLOCATE batch;
DROP FUNCTION test.request;
DROP FUNCTION test.see CASCADE;
DROP TABLE test.seen;
