-- A replay queues a command's messages once more: the same command, new messages that name the original, and an account of who and why.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings"}], "also": ["audit"]}');
SELECT command_id AS one FROM command_center.execute_command('test.book', '{"id": "r-1"}', test.tenant(), correlation_id => 'c-1') \gset
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'bookings') AS recorded;

SELECT count(*) AS messages, array_agg(target_service ORDER BY target_service) AS targets, count(DISTINCT message_id) AS new_ids
FROM command_center.replay_dispatch(test.tenant(), :'one', 'bookings was down', 'ops@example.com');
-- All but ce_id is what it was, and x-command-replay names the original.
SELECT copy.headers ->> 'x-command-target' AS target, copy.value = original.value AS same_value, copy.topic = original.topic AND copy.partition_key = original.partition_key AS same_place,
    copy.command_id = original.command_id AS same_command, copy.message_id > original.message_id AS new_message, copy."position" > original."position" AS later,
    (copy.headers ->> 'ce_id')::uuid = copy.message_id AS ce_id,
    copy.headers::jsonb - '{ce_id,x-command-replay}'::text[] = original.headers::jsonb - 'ce_id' AS same_headers
FROM command_center.transactional_outbox AS copy JOIN command_center.transactional_outbox AS original
    ON original.message_id = (copy.headers ->> 'x-command-replay')::uuid ORDER BY 1;
-- Messages of one replay share a position, as those of a command do.
SELECT count(*) AS messages, count(DISTINCT "position") AS positions FROM command_center.transactional_outbox;

-- It starts anew: services may report again.
SELECT dispatch ->> 'status' AS status, dispatch -> 'published' ->> 'state' AS executed, replay ->> 'actor' AS actor, replay ->> 'reason' AS reason, replay -> 'published' ->> 'state' AS replayed,
    jsonb_array_length(replay -> 'messageIds') AS messages
FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch, jsonb_array_elements(dispatch -> 'replays') AS replay;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', service) FROM unnest('{bookings,audit}'::text[]) AS service;
SELECT command_center.get_dispatch(test.tenant(), :'one') ->> 'status' AS status;
SELECT batch_id, messages FROM command_center.next_batch('default', 0, max_messages => 2);
SELECT dispatch -> 'published' ->> 'state' AS executed, dispatch -> 'replays' -> 0 -> 'published' ->> 'state' AS replayed FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch;
SELECT batch_id, messages FROM command_center.next_batch('default', 1);
SELECT dispatch -> 'published' ->> 'state' AS executed, dispatch -> 'replays' -> 0 -> 'published' ->> 'state' AS replayed FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch;
SELECT batch_id, messages FROM command_center.next_batch('default', 2);
SELECT dispatch -> 'published' ->> 'state' AS executed, dispatch -> 'replays' -> 0 -> 'published' ->> 'state' AS replayed FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch;

-- Who and why: what the call says, else what the session says, else the role.
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'one', 'again');
SET command_center.actor = 'sam';
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'one', 'and again');
RESET command_center.actor;
SELECT replay ->> 'reason' AS reason, CASE WHEN replay ->> 'actor' = current_user THEN 'the role' ELSE replay ->> 'actor' END AS actor,
    CASE WHEN replay -> 'messageIds' -> 0 IS NOT NULL THEN (SELECT count(*) FROM command_center.transactional_outbox WHERE message_id::text IN (SELECT jsonb_array_elements_text(replay -> 'messageIds'))) END AS messages
FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch, jsonb_array_elements(dispatch -> 'replays') AS replay;
SELECT action, object = 'dispatch ' || :'one' AS object, actor, reason, before, after ->> 'tenantId' AS tenant, jsonb_array_length(after -> 'messageIds') AS messages
FROM command_center.control_audit WHERE action LIKE 'replay%' ORDER BY audit_id;
-- A replay of a replay names the first original.
SELECT count(DISTINCT headers ->> 'x-command-replay') AS originals, count(*) AS replays FROM command_center.transactional_outbox WHERE headers ->> 'x-command-replay' IS NOT NULL;

-- Taken back with the transaction.
BEGIN;
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'one', 'no');
ROLLBACK;
SELECT jsonb_array_length(command_center.get_dispatch(test.tenant(), :'one') -> 'replays') AS replays;

-- The order of a key holds for replays as well.
SELECT command_center.register_command('test.ordered', '{}', default_target => 'bookings', ordered => true);
SELECT command_id AS ordered FROM command_center.execute_command('test.ordered', '{}', test.tenant()) \gset
BEGIN;
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'ordered', 'order');
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
ROLLBACK;

-- By filter: what it would do, then does, oldest first.
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant(), correlation_id => 'c-' || n)) FROM generate_series(2, 5) AS n;
SELECT command_id AS theirs FROM command_center.execute_command('test.book', '{"id": "r-2"}', test.tenant(2)) \gset
SELECT count(command_center.acknowledge_command(test.tenant(), command_id, 'failed', 'bookings')) FROM command_center.list_dispatches(test.tenant(), command_name => 'test.book') WHERE correlation_id IN ('c-2', 'c-4', 'c-5');
CREATE FUNCTION test.name(command uuid) RETURNS text LANGUAGE sql AS $$ SELECT correlation_id FROM command_center.command_dispatches WHERE command_id = command $$;
SELECT count(*) AS before FROM command_center.transactional_outbox \gset
SELECT test.name(command_id), outcome, messages, sqlstate, message FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "status": "failed"}', 'outage', dry_run => true);
SELECT count(*) - :before AS added FROM command_center.transactional_outbox;
SELECT count(*) AS replays FROM command_center.dispatch_events WHERE why = 'outage';
SELECT test.name(command_id), outcome, messages, sqlstate, message FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "status": "failed", "limit": 2}', 'outage', 'ops');
SELECT test.name(command_id), outcome, messages, sqlstate, message FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "status": "failed", "limit": 2}', 'outage', 'ops');
SELECT count(*) FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "status": "failed", "limit": 2}', 'outage', 'ops');
SELECT count(*) - :before AS added, count(DISTINCT "position") AS positions FROM command_center.transactional_outbox;
SELECT test.name(command_id), headers ->> 'x-command-target' AS target FROM command_center.transactional_outbox WHERE command_id IN (SELECT command_id FROM command_center.dispatch_events WHERE why = 'outage')
    AND headers ->> 'x-command-replay' IS NOT NULL ORDER BY "position", 2;
SELECT object, actor, reason, after - 'commandIds' AS after, jsonb_array_length(after -> 'commandIds') AS commands FROM command_center.control_audit WHERE action = 'replay_dispatches' ORDER BY audit_id;

-- Some may be replayed and some may not: each says why. A handler in the database must not do its work twice.
UPDATE command_center.dispatch_events SET handler = 'public.handle(jsonb)' WHERE command_id = (SELECT command_id FROM command_center.command_dispatches WHERE correlation_id = 'c-2') AND kind = 'failed';
DELETE FROM command_center.transactional_outbox WHERE headers ->> 'x-command-replay' IS NULL AND command_id = (SELECT command_id FROM command_center.command_dispatches WHERE correlation_id = 'c-4');
SELECT test.name(command_id), outcome, messages, sqlstate, message FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "commandName": "test.book", "targetService": "audit"}', 'mixed', dry_run => true);
SELECT test.name(command_id), outcome, messages, sqlstate, message FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "commandName": "test.book", "targetService": "audit"}', 'mixed');
SELECT command_id AS handled FROM command_center.command_dispatches WHERE correlation_id = 'c-2' \gset
SELECT command_id AS gone FROM command_center.command_dispatches WHERE correlation_id = 'c-4' \gset
SELECT command_center.replay_dispatch(test.tenant(), :'handled', 'twice');
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), :'gone', 'late');
\echo :SQLSTATE
-- One that a handler did: completed at once, never published, never overdue, and not to be replayed.
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"room": 101}'::jsonb $$;
SELECT command_center.set_service('desk', handler => 'test.handle(command_center.accepted_command)');
SELECT command_center.register_command('test.handled', '{}', default_target => 'desk', sla => '1 second');
SELECT command_id AS handled FROM command_center.execute_command('test.handled', '{}', test.tenant(), correlation_id => 'c-6') \gset
SELECT dispatch ->> 'status' AS status, dispatch -> 'published' AS published, dispatch -> 'result' AS result, dispatch -> 'events' -> 0 ->> 'event' AS event,
    dispatch -> 'events' -> 0 ->> 'handler' AS handler, dispatch -> 'sla' -> 'breached' AS breached
FROM command_center.get_dispatch(test.tenant(), :'handled') AS dispatch;
SELECT status FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-6');
SELECT count(*) AS deadlines FROM command_center.dispatch_deadlines;
SELECT command_center.acknowledge_command(test.tenant(), :'handled', 'completed', 'desk') AS recorded;
SELECT command_center.replay_dispatch(test.tenant(), :'handled', 'twice');
\echo :SQLSTATE
SELECT outcome, sqlstate FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "correlationId": "c-6"}', 'twice');
DROP FUNCTION test.handle;
SELECT command_id AS handled FROM command_center.command_dispatches WHERE correlation_id = 'c-2' \gset
-- Other filters.
SELECT test.name(command_id), outcome FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "correlationId": "c-3", "commandName": null}', 'one', dry_run => true);
SELECT count(*) FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "receivedBefore": "2020-01-01T00:00:00Z"}', 'none', dry_run => true);
SELECT count(*) FROM command_center.replay_dispatches('{"tenantId": "00000000-0000-0000-0000-000000000001", "receivedFrom": "2020-01-01T00:00:00Z"}', 'all', dry_run => true);
SELECT count(*) FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'afterCommandId', :'handled'), 'rest', dry_run => true);
SELECT count(*) FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(3)), 'nobody');

-- What cannot be.
SELECT command_center.replay_dispatch(test.tenant(), test.tenant(), 'unknown');
\echo :SQLSTATE
\set VERBOSITY sqlstate
SELECT command_center.replay_dispatch(test.tenant(), :'theirs', 'not ours');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT command_center.replay_dispatch(test.tenant(), :'one', NULL);
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), :'one', '');
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), :'one', repeat('r', 1001));
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), :'one', 'r', '');
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), :'one', 'r', repeat('a', 1001));
\echo :SQLSTATE
SELECT command_center.replay_dispatch(NULL, :'one', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatch(test.tenant(), NULL, 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches('{}', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches('[]', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches('{"tenant_id": "00000000-0000-0000-0000-000000000001", "limit": 1}', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches('{"tenantId": 1}', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches('{"tenantId": "x"}', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'stauts', 'failed'), 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'status', 'broken'), 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'receivedFrom', 'yesteryear'), 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 0), 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 10001), 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 1e99999), 'r');
\echo :SQLSTATE
SELECT count(*) FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(3), 'limit', 10000), 'r');
SELECT command_center.replay_dispatches(NULL, 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant()), NULL);
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant()), 'r', dry_run => NULL);
\echo :SQLSTATE
BEGIN READ ONLY;
SELECT count(*) FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(2)), 'r', dry_run => true);
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(2)), 'r');
\echo :SQLSTATE
ROLLBACK;

-- While the kill switch is on nothing is sent once more; who reports is heard, and what would be done is told.
SET command_center.enabled = off;
SELECT command_center.replay_dispatch(test.tenant(), :'one', 'r');
\echo :SQLSTATE
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant()), 'r');
\echo :SQLSTATE
SELECT count(*) > 0 AS told FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant()), 'r', dry_run => true);
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'audit') IS NOT NULL AS heard;
RESET command_center.enabled;
DROP FUNCTION test.name;

-- A topic that has been declared since to take less: what it would refuse is not replayed, nor does it stop the others.
CALL test.start();
SELECT command_id AS large FROM command_center.execute_command('test.book', '{"id": "large"}', test.tenant(), initiator => jsonb_build_object('note', repeat('n', 2000))) \gset
SELECT command_id AS small FROM command_center.execute_command('test.book', '{"id": "small"}', test.tenant()) \gset
SELECT command_center.set_topic('commands.primary', max_message_bytes => 2500);
SELECT (command_id = :'large') AS is_large, outcome, sqlstate, message FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant()), 'again') ORDER BY command_id;
SELECT command_center.replay_dispatch(test.tenant(), :'large', 'again');
\echo :SQLSTATE
