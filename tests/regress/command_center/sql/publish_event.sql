-- A service's own events go through the same outbox, in the caller's transaction, with their own envelope and headers.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT command_center.set_topic('guests.events'), command_center.set_topic('t');

-- What is queued: key and headers as they will be in Kafka.
SELECT command_center.publish_event('guests.events', 'guest.created', '{"name": "J\u00f6"}', test.tenant()) AS one \gset
SELECT message_id = :'one' AS is_the_id, command_id = message_id AS of_itself, topic, partition_key, (headers::jsonb ->> 'ce_id')::uuid = message_id AS ce_id FROM command_center.transactional_outbox;
SELECT header.key, CASE WHEN header.key NOT IN ('ce_id', 'ce_time', 'x-correlation-id') THEN header.value END AS value FROM command_center.transactional_outbox, json_each_text(headers) AS header;
SELECT value::jsonb -> 'payload' AS payload, (value::jsonb -> 'metadata') - '{id,issuedAt,timestamp,correlationId}'::text[] AS metadata, value::jsonb #> '{metadata,timestamp}' = value::jsonb #> '{metadata,issuedAt}' AS timestamp,
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

-- A declared topic: a message is refused above nine tenths of what Kafka takes, of events and of commands.
SELECT command_center.set_topic('small', max_message_bytes => 2000), command_center.set_topic('commands.primary', max_message_bytes => 2000);
SELECT command_center.publish_event('small', 'e', to_jsonb(repeat('x', 800)), test.tenant()) IS NOT NULL AS queued;
SELECT command_center.publish_event('small', 'e', to_jsonb(repeat('x', 1200)), test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('small', 'e', '1', test.tenant(), headers => jsonb_build_object('note', repeat('v', 1200)));
\echo :SQLSTATE
SELECT command_center.publish_event('small', 'e', '1', test.tenant(), repeat('k', 700));
\echo :SQLSTATE
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), correlation_id => repeat('c', 255), initiator => jsonb_build_object('note', repeat('n', 900)));
\echo :SQLSTATE
SELECT command_center.remove_topic('commands.primary');

-- Where an event may go: to declared topics, and to those of commands never.
SELECT command_center.publish_event('nowhere', 'e', '{}', test.tenant());
\echo :SQLSTATE
\set VERBOSITY default
SELECT command_center.publish_event('nowhere', 'e', '{}', test.tenant());
\set VERBOSITY terse
SELECT command_center.publish_event('commands.primary', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('audit.log', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.set_topic('jobs', kind => 'commands');
SELECT command_center.publish_event('jobs', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT count(command_center.publish_event('new.' || n, 'e', '{}', test.tenant())) FROM generate_series(1, 200) AS n;
\echo :SQLSTATE
SELECT command_center.set_undeclared_topics('allow');
SELECT command_center.publish_event('nowhere', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
SELECT command_center.publish_event('small_', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
SELECT command_center.publish_event('guests_events', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('commands_primary', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.set_undeclared_topics('refuse');

-- The topic of an owner: others may act for the tenant and still not publish. A new role of the same name is another role.
CREATE ROLE test_owner;
CREATE ROLE test_member IN ROLE test_owner;
CREATE ROLE test_stranger;
GRANT USAGE ON SCHEMA test TO test_owner, test_member, test_stranger;
SELECT command_center.grant_access(role, 'dispatcher'), command_center.bind_role(role, test.tenant()) FROM (VALUES ('test_owner'), ('test_member'), ('test_stranger')) AS made (role);
SELECT command_center.set_topic('ledger', owner => 'test_owner');
SET ROLE test_owner;
SELECT command_center.publish_event('ledger', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
SET ROLE test_member;
SELECT command_center.publish_event('ledger', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
SET ROLE test_stranger;
SELECT command_center.publish_event('ledger', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant()) IS NOT NULL AS queued;
RESET ROLE;
DROP OWNED BY test_owner;
DROP ROLE test_owner;
CREATE ROLE test_owner;
GRANT USAGE ON SCHEMA test TO test_owner;
SELECT command_center.grant_access('test_owner', 'dispatcher') IS NOT NULL AS granted;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'topic_owners';
SELECT command_center.publish_event('ledger', 'e', '{}', test.tenant());
\echo :SQLSTATE
DROP OWNED BY test_owner, test_member, test_stranger;
DROP ROLE test_owner, test_member, test_stranger;
SELECT severity, finding FROM command_center.doctor() WHERE name = 'topic_owners';
SELECT command_center.set_topic('ledger', owner => '');
SELECT command_center.publish_event('ledger', 'e', '{}', test.tenant()) IS NOT NULL AS queued;

-- Keys, and tombstones: a compacted topic forgets their key.
SELECT command_center.set_topic('keyed', key_required => true), command_center.set_topic('rooms', cleanup => 'compact');
SELECT command_center.publish_event('keyed', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('rooms', 'e', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('rooms', 'e', NULL, test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('keyed', 'e', NULL, test.tenant(), 'k');
\echo :SQLSTATE
SELECT command_center.publish_event('rooms', 'room.gone', NULL, test.tenant(), 'room-7') AS tombstone \gset
SELECT value IS NULL AS is_null, partition_key, headers ->> 'ce_type' AS type, headers -> 'content-type' IS NULL AS has_no_content
FROM command_center.transactional_outbox WHERE message_id = :'tombstone';

-- A raw topic carries the payload alone.
SELECT command_center.set_topic('plain', envelope => 'raw');
SELECT command_center.publish_event('plain', 'e', '{"a": [1, "J\u00f6"]}', test.tenant()) AS raw \gset
SELECT value, headers ->> 'ce_type' AS type, headers ->> 'content-type' AS content FROM command_center.transactional_outbox WHERE message_id = :'raw';

-- What the relay reads of both.
SELECT messages > 5 AS several FROM command_center.next_batch('default', 1);
SELECT topic, partition_key, value FROM command_center.batch_messages('default', 2) WHERE topic IN ('rooms') OR message_id = :'raw';

-- The correlation: an argument, else a header, else the message itself.
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), correlation_id => 'c-1') AS given \gset
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"X-Correlation-Id": "c-2"}') AS in_header \gset
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"x-correlation-id": "c-3"}', correlation_id => 'c-3') AS both \gset
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), correlation_id => '') AS neither \gset
SELECT CASE message_id::text WHEN :'neither' THEN headers ->> 'x-correlation-id' = :'neither' END AS is_its_own, nullif(headers ->> 'x-correlation-id', :'neither') AS correlation,
    headers ->> 'x-correlation-id' = value::jsonb #>> '{metadata,correlationId}' AS in_envelope, (SELECT count(*) FROM json_object_keys(headers) AS name WHERE name ILIKE 'x-correlation-id') AS headers
FROM command_center.transactional_outbox WHERE message_id IN (:'given', :'in_header', :'both', :'neither') ORDER BY message_id;
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"x-correlation-id": "c-3"}', correlation_id => 'c-4');
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), correlation_id => repeat('c', 256));
\echo :SQLSTATE

-- A trace context that W3C calls invalid is left out, and costs nothing.
SELECT command_center.publish_event('t', 'e', '{}', test.tenant(), headers => '{"TraceParent": "garbage", "tracestate": "a=b", "note": "n"}') AS traced \gset
SELECT headers -> 'TraceParent' IS NULL AND headers -> 'tracestate' IS NULL AS left_out, headers ->> 'note' AS note FROM command_center.transactional_outbox WHERE message_id = :'traced';

-- Registered events: their schema, their topic, their version, their order.
SELECT command_center.set_topic('orders');
SELECT count(*) AS warnings FROM command_center.register_event('order.placed', 'orders', '{"type": "object", "properties": {"id": {"type": "string", "maxLength": 9}}, "required": ["id"], "additionalProperties": false}');
SELECT command_center.publish_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant()) AS first \gset
SELECT command_center.publish_event('orders', 'order.placed', '{"id": 1}', test.tenant());
\echo :SQLSTATE
\set VERBOSITY default
SELECT command_center.publish_event('orders', 'order.placed', '{"number": 1}', test.tenant());
\set VERBOSITY terse
SELECT command_center.publish_event('orders', 'order.misspelt', '{"id": 1}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('t', 'order.placed', '{"id": "o-1"}', test.tenant());
\echo :SQLSTATE
SELECT count(*) AS warnings FROM command_center.register_event('order.placed', 'orders', '{"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"], "additionalProperties": false}', ordered => true);
SELECT command_center.publish_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant(), version => 1) AS old \gset
BEGIN;
SELECT command_center.publish_event('orders', 'order.placed', '{"number": 1}', test.tenant()) AS newest \gset
SELECT count(*) > 0 AS is_locked FROM pg_locks WHERE locktype IN ('advisory', 'userlock') AND pid = pg_backend_pid();
COMMIT;
SELECT value::jsonb #>> '{metadata,version}' AS version, headers ->> 'ce_eventversion' AS in_header FROM command_center.transactional_outbox
WHERE message_id IN (:'first', :'old', :'newest') ORDER BY message_id;
SELECT command_center.publish_event('orders', 'order.placed', '{}', test.tenant(), version => 3);
\echo :SQLSTATE
SELECT command_center.publish_event('orders', 'order.placed', '{}', test.tenant(), version => 0);
\echo :SQLSTATE
SELECT command_center.deprecate_event('order.placed');
SELECT command_center.publish_event('orders', 'order.placed', '{"number": 1}', test.tenant());
\echo :SQLSTATE
SELECT command_center.deprecate_event('order.placed');
SELECT command_center.publish_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('orders', 'order.misspelt', '{"id": 1}', test.tenant(), version => 7) IS NOT NULL AS queued;

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
