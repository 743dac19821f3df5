-- What services report about a command is recorded once, in any order they may report it; get_dispatch tells how the command stands.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();

-- The parts of a dispatch that do not change from run to run.
CREATE FUNCTION test.stands(command uuid) RETURNS TABLE (status text, published text, since boolean, services text, events text) LANGUAGE sql AS $$
    SELECT dispatch ->> 'status', dispatch -> 'published' ->> 'state', dispatch -> 'published' -> 'at' <> 'null',
        (SELECT string_agg(concat_ws(' ', service ->> 'serviceId', coalesce(service ->> 'status', '-'), CASE WHEN NOT (service ->> 'target')::boolean THEN '(no target)' END), ', ' ORDER BY ordinality)
         FROM jsonb_array_elements(dispatch -> 'services') WITH ORDINALITY AS listed(service, ordinality)),
        (SELECT string_agg(concat_ws(' ', event ->> 'serviceId', event ->> 'event', event ->> 'detail'), ', ' ORDER BY ordinality)
         FROM jsonb_array_elements(dispatch -> 'events') WITH ORDINALITY AS listed(event, ordinality))
    FROM command_center.get_dispatch(test.tenant(), command) AS dispatch
$$;
CREATE FUNCTION test.publish_all() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    batch bigint;
    through bigint := 0;
BEGIN
    SELECT coalesce(max(batch_id) FILTER (WHERE messages > 0), 0) INTO through FROM command_center.publication_batches;
    LOOP
        SELECT batch_id INTO batch FROM command_center.next_batch('default', through);
        EXIT WHEN batch IS NULL;
        through := batch;
    END LOOP;
    RETURN through;
END $$;
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings"}], "also": ["audit"]}');
SELECT command_id AS one FROM command_center.execute_command('test.book', '{"id": "r-1"}', test.tenant(), correlation_id => 'c-1', initiator => '{"userId": "u", "role": "clerk"}') \gset

-- Received, then published, from when the relay said so.
SELECT * FROM test.stands(:'one');
SELECT count(*) FROM command_center.next_batch('default', 0);
SELECT * FROM test.stands(:'one');
SELECT test.publish_all();
SELECT * FROM test.stands(:'one');
SELECT (dispatch -> 'published' ->> 'at')::timestamptz = (SELECT opened_at FROM command_center.publication_batches WHERE batch_id = 2) AS when_the_next_batch_was_asked_for
FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch;

-- Everything it tells, and the decision with its reasons; never the payload.
SELECT key, CASE WHEN key IN ('commandId', 'received', 'published', 'payloadSha256') THEN NULL ELSE value - '{routeId,stickyKey}'::text[] END AS value
FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch, jsonb_each(jsonb_set(dispatch, '{decision}', (dispatch -> 'decision') - 'routeId')) WHERE jsonb_typeof(value) IN ('object', 'array') ORDER BY key;
SELECT key, value FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch, jsonb_each(dispatch) WHERE jsonb_typeof(value) NOT IN ('object', 'array') AND key <> 'commandId' ORDER BY key;
SELECT dispatch -> 'decision' ->> 'routeId' = (SELECT route_id::text FROM command_center.command_routes) AS is_the_route FROM command_center.get_dispatch(test.tenant(), :'one') AS dispatch;

-- A report counts once, however often it comes.
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'bookings') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'bookings') AS recorded;
SELECT * FROM test.stands(:'one');
-- Another attempt after a failure is news, the same failure is not.
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'bookings', '{"why": "timeout"}') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'bookings', '{"why": "timeout"}') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'bookings', '{"why": "no room"}') AS recorded;
SELECT * FROM test.stands(:'one');
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'bookings') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', 'bookings', '{"room": 101}') AS recorded;
-- All targets must be done.
SELECT * FROM test.stands(:'one');
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'ignored', 'audit') AS recorded;
SELECT * FROM test.stands(:'one');
-- Done is done: older news is no error, a contradiction is.
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'bookings') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', 'bookings', '{"room": 102}') AS recorded;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', 'audit');
\echo :SQLSTATE
-- Whoever else followed the command may report; it makes no difference.
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', 'bokings');
\echo :SQLSTATE
SELECT command_center.set_service('statistics');
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'failed', 'statistics') AS recorded;
SELECT * FROM test.stands(:'one');

-- A command that every target ignored, and reports that come before the outbox is published.
SELECT command_id AS two FROM command_center.execute_command('test.book', '{"id": "r-2"}', test.tenant()) \gset
SELECT command_center.acknowledge_command(test.tenant(), :'two', 'ignored', service) FROM unnest('{bookings,audit}'::text[]) AS service;
SELECT * FROM test.stands(:'two');
SELECT dispatch -> 'events' -> 0 -> 'by' = to_jsonb(current_user) AS by_the_caller, dispatch -> 'sla' AS sla FROM command_center.get_dispatch(test.tenant(), :'two') AS dispatch;

-- In one transaction, and taken back with it.
BEGIN;
SELECT command_id AS three FROM command_center.execute_command('test.book', '{"id": "r-3"}', test.tenant()) \gset
SAVEPOINT before;
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'completed', 'bookings') AS recorded;
SELECT * FROM test.stands(:'three');
ROLLBACK TO before;
SELECT * FROM test.stands(:'three');
COMMIT;

-- An agreed time, and whether it was kept: done in time, late, and not done at all.
SELECT command_center.register_command('test.agreed', '{}', default_target => 'bookings');
UPDATE command_center.command_templates SET sla = '1 hour' WHERE command_name = 'test.agreed';
SELECT command_id AS four FROM command_center.execute_command('test.agreed', '{}', test.tenant()) \gset
SELECT (dispatch -> 'sla' ->> 'deadline')::timestamptz - (dispatch -> 'received' ->> 'at')::timestamptz AS agreed, dispatch -> 'sla' -> 'breached' AS breached
FROM command_center.get_dispatch(test.tenant(), :'four') AS dispatch;
UPDATE command_center.command_dispatches SET received_at = received_at - interval '2 hours' WHERE command_id = :'four';
SELECT dispatch -> 'sla' -> 'breached' AS breached FROM command_center.get_dispatch(test.tenant(), :'four') AS dispatch;
SELECT command_center.acknowledge_command(test.tenant(), :'four', 'completed', 'bookings');
SELECT dispatch -> 'sla' -> 'breached' AS breached FROM command_center.get_dispatch(test.tenant(), :'four') AS dispatch;
UPDATE command_center.dispatch_events SET at = at - interval '90 minutes' WHERE command_id = :'four';
SELECT dispatch -> 'sla' -> 'breached' AS breached FROM command_center.get_dispatch(test.tenant(), :'four') AS dispatch;

-- Ids of events grow whatever the clock does.
UPDATE command_center.dispatch_events SET event_id = 'ffffffff-0000-7000-8000-000000000000' WHERE command_id = :'one' AND kind = 'consumed' AND detail IS NULL
    AND event_id = (SELECT min(event_id::text)::uuid FROM command_center.dispatch_events WHERE command_id = :'one');
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'completed', 'bookings') AS recorded;
SELECT kind, service_id FROM command_center.dispatch_events WHERE command_id = :'one' ORDER BY event_id DESC LIMIT 2;

-- After their retention: the outbox's row, then the batch, are gone.
SELECT test.publish_all() > 0 AS published;
DELETE FROM command_center.publication_batches WHERE batch_id < 3;
SELECT status, published, since FROM test.stands(:'one');
DELETE FROM command_center.transactional_outbox WHERE command_id = :'two';
SELECT status, published, since FROM test.stands(:'two');
DELETE FROM command_center.publication_batches;
SELECT status, published, since FROM test.stands(:'two');

-- What cannot be.
\set VERBOSITY sqlstate
SELECT command_center.acknowledge_command(test.tenant(), test.tenant(), 'consumed', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(2), :'two', 'consumed', 'bookings');
\echo :SQLSTATE
SELECT command_center.get_dispatch(test.tenant(2), :'two');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT command_center.get_dispatch(test.tenant(), NULL) IS NULL AS unknown;
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'received', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'replayed', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', '', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'consumed', '');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'consumed', repeat('s', 201));
\echo :SQLSTATE
SELECT command_center.set_service(repeat('s', 200));
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'consumed', repeat('s', 200)) AS recorded;
SELECT command_center.acknowledge_command(NULL, :'three', 'consumed', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), NULL, 'consumed', 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', NULL, 'bookings');
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'consumed', NULL);
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', to_jsonb(repeat('x', 16 * 1024 - 1)));
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', to_jsonb(1e131071::numeric));
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', (repeat('[', 33) || repeat(']', 33))::jsonb);
\echo :SQLSTATE
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', to_jsonb(repeat('x', 16 * 1024 - 2))) AS recorded;
-- A service that goes on and on.
SELECT count(*) FILTER (WHERE recorded) FROM (SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', to_jsonb(n)) AS recorded
FROM generate_series(1, 998) AS n) AS reports;
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings');
\echo :SQLSTATE
-- The same again is still no error.
SELECT command_center.acknowledge_command(test.tenant(), :'three', 'failed', 'bookings', '998') AS recorded;

-- After a rebase: what Kafka has is published at a time that nobody knows any more, the rest is not, until it is.
CALL test.start();
SELECT command_id AS in_kafka FROM command_center.execute_command('test.book', '{"id": "r-1"}', test.tenant()) \gset
SELECT batch_id, progress FROM command_center.next_batch('default', 0) \gset
SELECT command_id AS waiting FROM command_center.execute_command('test.book', '{"id": "r-2"}', test.tenant()) \gset
SELECT command_center.rebase_outbox('default', :'progress') -> 'published' AS published;
SELECT name, status, published, since FROM (VALUES ('in Kafka', :'in_kafka'::uuid), ('waiting', :'waiting')) AS command(name, id), test.stands(id);
SELECT test.publish_all() > 0 AS published;
SELECT name, status, published, since FROM (VALUES ('in Kafka', :'in_kafka'::uuid), ('waiting', :'waiting')) AS command(name, id), test.stands(id);

-- A role acts for the tenants it is bound to; of another one's dispatches it learns nothing, not even whether they are there.
CREATE ROLE test_service;
SELECT command_center.bind_role('test_service', test.tenant());
GRANT USAGE ON SCHEMA command_center, test TO test_service;
GRANT EXECUTE ON FUNCTION command_center.acknowledge_command, command_center.get_dispatch, command_center.list_dispatches,
    command_center.replay_dispatch, command_center.replay_dispatches, command_center.publish_event, test.tenant TO test_service;
SELECT command_id AS theirs FROM command_center.execute_command('test.book', '{"id": "theirs"}', test.tenant(2)) \gset
SET ROLE test_service;
SELECT command_center.acknowledge_command(test.tenant(), :'waiting', 'completed', 'bookings') AS recorded;
SELECT dispatch ->> 'status' AS status, dispatch -> 'events' -> 0 ->> 'by' AS by FROM command_center.get_dispatch(test.tenant(), :'waiting') AS dispatch;
SELECT count(*) FROM command_center.list_dispatches(test.tenant());
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'waiting', 'again');
SELECT outcome FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 1), 'again', dry_run => true);
RESET ROLE;
SELECT command_center.set_topic('t');
SET ROLE test_service;
SELECT command_center.publish_event('t', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
\set VERBOSITY sqlstate
SELECT command_center.acknowledge_command(test.tenant(2), :'theirs', 'completed', 'bookings');
SELECT command_center.acknowledge_command(test.tenant(2), :'waiting', 'completed', 'bookings');
SELECT command_center.get_dispatch(test.tenant(2), :'theirs');
SELECT command_center.get_dispatch(test.tenant(), :'theirs');
SELECT command_center.list_dispatches(test.tenant(2));
SELECT command_center.replay_dispatch(test.tenant(2), :'theirs', 'theirs');
SELECT command_center.replay_dispatch(test.tenant(), :'theirs', 'theirs');
SELECT command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(2)), 'theirs', dry_run => true);
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(2));
SELECT count(*) FROM command_center.dispatch_events;
RESET ROLE;
DROP OWNED BY test_service;
DROP ROLE test_service;
DROP FUNCTION test.stands, test.publish_all;
