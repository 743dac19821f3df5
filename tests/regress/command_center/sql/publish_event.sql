-- A service's own events go through the same outbox, in the caller's transaction, with their own envelope and headers.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();

-- What is queued: key and headers as they will be in Kafka.
SELECT command_center.publish_event('guests.events', 'guest.created', '{"name": "J\u00f6"}', test.tenant()) AS one \gset
SELECT message_id = :'one' AS is_the_id, command_id = message_id AS of_itself, topic, partition_key, (headers::jsonb ->> 'ce_id')::uuid = message_id AS ce_id FROM command_center.transactional_outbox;
SELECT header.key, CASE WHEN header.key NOT IN ('ce_id', 'ce_time') THEN header.value END AS value FROM command_center.transactional_outbox, json_each_text(headers) AS header;
SELECT value::jsonb -> 'payload' AS payload, (value::jsonb -> 'metadata') - '{id,issuedAt}'::text[] AS metadata,
    (value::jsonb #>> '{metadata,id}')::uuid = message_id AS id, value::jsonb #> '{metadata,issuedAt}' = headers::jsonb -> 'ce_time' AS issued_at
FROM command_center.transactional_outbox;
SELECT count(*) AS dispatches FROM command_center.command_dispatches;

-- A key and headers of its own; any JSON may be the payload.
SELECT command_center.publish_event('guests.events', 'guest.merged', '[1, "two", null]', test.tenant(2), 'g-17',
    '{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "x-correlation-id": "\"c\"\n"}', ordered => true) AS two \gset
SELECT partition_key, headers ->> 'traceparent' AS traceparent, headers ->> 'x-correlation-id' AS correlation, headers ->> 'ce_subject' AS subject, value::jsonb -> 'payload' AS payload
FROM command_center.transactional_outbox WHERE message_id = :'two';
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory';

-- The environment is the session's.
SET command_center.environment = 'staging';
SELECT command_center.publish_event('t', 'e', 'null', test.tenant()) AS three \gset
SELECT headers ->> 'ce_source' AS source, value::jsonb -> 'payload' AS payload FROM command_center.transactional_outbox WHERE message_id = :'three';
SET command_center.environment = 'no/name';
SELECT command_center.publish_event('t', 'e', 'null', test.tenant());
\echo :SQLSTATE
RESET command_center.environment;
SET command_center.enabled = off;
SELECT command_center.publish_event('t', 'e', 'null', test.tenant());
\echo :SQLSTATE
RESET command_center.enabled;

-- With the caller's transaction or not at all; and published with what else is in the outbox, in its order.
BEGIN;
SELECT command_center.publish_event('t', 'taken.back', '{}', test.tenant()) IS NOT NULL AS queued;
ROLLBACK;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT topic, headers ->> 'ce_type' AS type FROM command_center.batch_messages('default', 1);

-- A key that is ordered is locked until the end.
BEGIN;
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), 'k', ordered => true) IS NOT NULL AS queued;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;

-- Limits: the payload's, and the whole message's.
SET command_center.max_payload_bytes = 100;
SELECT command_center.publish_event('t', 'e', to_jsonb(repeat('x', 98)), test.tenant()) IS NOT NULL AS queued;
SELECT command_center.publish_event('t', 'e', to_jsonb(repeat('x', 99)), test.tenant());
\echo :SQLSTATE
RESET command_center.max_payload_bytes;
SELECT command_center.publish_event('t', 'e', (repeat('[', 65) || repeat(']', 65))::jsonb, test.tenant());
\echo :SQLSTATE
SET command_center.max_message_bytes = 2000;
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), repeat('k', 2000));
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => jsonb_build_object('note', repeat('v', 2000)));
\echo :SQLSTATE
RESET command_center.max_message_bytes;

-- What cannot be.
SELECT command_center.publish_event('', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event(repeat('t', 250), 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('..', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('command-center.progress', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('__transaction_state', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'guest created', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', '', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), '');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '[]');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '"ce_id"');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"n": 1}');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"n": {"a": "b"}}');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"CE_Id": "forged"}');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"x-command-target": "forged"}');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"a b": "c"}');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => jsonb_build_object('n', repeat('v', 4097)));
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => (SELECT jsonb_object_agg('n' || n, 'v') FROM generate_series(1, 33) AS n));
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => (SELECT jsonb_object_agg('n' || n, 'v') FROM generate_series(1, 32) AS n)) IS NOT NULL AS queued;
SELECT command_center.publish_event(NULL, 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', NULL, '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', NULL, test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', NULL);
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), ordered => NULL);
\echo :SQLSTATE
BEGIN READ ONLY;
SELECT command_center.publish_event('t', 'e', '{}', test.tenant());
\echo :SQLSTATE
ROLLBACK;
