-- execute_command accepts a command in the caller's transaction, or refuses it having written nothing.
\set SHOW_CONTEXT never
CALL test.start();

SELECT status, command_id IS NOT NULL AS has_id, command_name, target_service, correlation_id, mode, replayed, result
FROM command_center.execute_command('test.book', '{"id": "r-1", "nights": 2}', test.tenant(), '{"userId": "u-1", "role": "ADMIN"}',
    correlation_id => 'c-1', property_id => '00000000-0000-0000-0000-0000000000aa', environment => 'staging',
    traceparent => '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');

-- The dispatch says what was decided.
SELECT tenant_id, command_name, template_version, mode, target_service, also_targets, route_id, property_id, environment, role, sticky_key,
    correlation_id, initiator, payload_sha256 = sha256('{"id": "r-1", "nights": 2}') AS hash_of_the_text, result
FROM command_center.command_dispatches;

-- The outbox has one finished message, tied to the dispatch.
SELECT topic, partition_key, message.transaction_id = dispatch.transaction_id AS same_transaction,
    message."position" = dispatch."position" AS same_position, message.tenant_id = dispatch.tenant_id AS same_tenant
FROM command_center.transactional_outbox AS message JOIN command_center.command_dispatches AS dispatch USING (command_id);
SELECT jsonb_pretty(value::jsonb #- '{metadata,id}' #- '{metadata,issuedAt}') AS envelope FROM command_center.transactional_outbox;
SELECT value::jsonb #>> '{metadata,id}' = command_id::text AS envelope_has_the_id,
    (value::jsonb #>> '{metadata,issuedAt}')::timestamptz = received_at AS issued_when_received
FROM command_center.transactional_outbox JOIN command_center.command_dispatches USING (command_id);
SELECT key, CASE WHEN key IN ('x-command-id', 'ce_id', 'ce_time') THEN '(varies)' ELSE value END AS value
FROM (SELECT headers FROM command_center.transactional_outbox) AS message, json_each_text(headers);
SELECT headers ->> 'x-command-id' = command_id::text AS command_id, headers ->> 'ce_id' = message_id::text AS message_id
FROM command_center.transactional_outbox;

-- Without the optional arguments.
SELECT correlation_id = command_id::text AS correlates_with_itself FROM command_center.execute_command('test.book', '{"id": "r-2"}', test.tenant());
SELECT environment, property_id, initiator, role FROM command_center.command_dispatches ORDER BY command_id DESC LIMIT 1;
SELECT headers ->> 'traceparent' AS traceparent, value::jsonb -> 'metadata' -> 'initiator' AS initiator
FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 1;

-- What rolls back, wholly or to a savepoint, leaves nothing.
BEGIN;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-3"}', test.tenant());
SAVEPOINT s;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-4"}', test.tenant());
ROLLBACK TO s;
COMMIT;
BEGIN;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-5"}', test.tenant());
ROLLBACK;
SELECT sticky_key FROM command_center.command_dispatches ORDER BY command_id;

-- Refusals.
SELECT command_center.execute_command('test.nothing', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"nights": 31, "pets": 1}', test.tenant());
\echo :SQLSTATE
SELECT command_center.execute_command(NULL, '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', NULL, test.tenant());
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r"}', NULL);
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), initiator => '[]');
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), environment => 'pro duction');
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), traceparent => 'nonsense');
\echo :SQLSTATE
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), correlation_id => repeat('x', 256));
\echo :SQLSTATE
SELECT count(*) FROM command_center.command_dispatches;

-- Under every isolation level.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-6"}', test.tenant());
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-7"}', test.tenant());
COMMIT;
BEGIN READ ONLY;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r-8"}', test.tenant());
\echo :SQLSTATE
ROLLBACK;

-- Text that JSON must escape arrives as it was.
SELECT status FROM command_center.execute_command('test.book', '{"id": "\"\\\n\u0001\u00e4\ud83d\ude00"}', test.tenant(), correlation_id => E'a"b\\c');
SELECT value::jsonb -> 'payload' ->> 'id' = partition_key AS key, headers ->> 'ce_subject' = partition_key AS subject,
    value::jsonb -> 'metadata' ->> 'correlationId' AS correlation_id
FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 1;
