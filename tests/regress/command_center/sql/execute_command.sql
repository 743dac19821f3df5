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

-- A traceparent that is none is left out, with a warning that does not repeat it, and costs nothing else.
SELECT status FROM command_center.execute_command('test.book', '{"id": "trace"}', test.tenant(), traceparent => 'nonsense');
SELECT headers -> 'traceparent' IS NULL AS left_out FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 1;
-- The tracestate comes behind a space; one that is none costs the traceparent nothing.
SELECT count(command_center.execute_command('test.book', '{"id": "trace"}', test.tenant(), correlation_id => 'state' || ordinal,
    traceparent => '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ' || given))
FROM unnest('{"rojo=1, congo=t61","a=1,a=2",""}'::text[]) WITH ORDINALITY AS state (given, ordinal);
SELECT headers ->> 'x-correlation-id' AS correlation_id, headers ->> 'traceparent' AS traceparent, headers ->> 'tracestate' AS tracestate
FROM command_center.transactional_outbox WHERE headers ->> 'x-correlation-id' LIKE 'state%' ORDER BY 1;
CREATE TEMP TABLE traceparents AS SELECT ordinal, given FROM unnest(ARRAY['00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', ''])
    WITH ORDINALITY AS listed (given, ordinal);
SELECT count(command_center.execute_command('test.book', '{"id": "trace"}', test.tenant(), correlation_id => ordinal::text, traceparent => given))
FROM traceparents;
SELECT given, headers ->> 'traceparent' IS NOT DISTINCT FROM given AS passed_on
FROM traceparents JOIN command_center.transactional_outbox ON headers ->> 'x-correlation-id' = ordinal::text ORDER BY ordinal;
SELECT command_center.explain_command('test.book', '{"id": "trace"}', test.tenant(), traceparent => 'nonsense') ->> 'accepted' AS accepted;
SELECT ordinal, status FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "trace"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, 'nonsense'),
    ROW('test.book', '{"id": "trace"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
    ROW('test.book', '{"id": "trace"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, '')]::command_center.command_request[]);
SELECT count(headers -> 'traceparent') FROM (SELECT headers FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 3) AS batch;
TRUNCATE command_center.transactional_outbox, command_center.command_dispatches;

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

-- Equal numbers are one key, for Kafka, for the order and for the choice of the target, and so is a string of the same text.
SELECT count(*) FROM command_center.register_command('test.number', '{"type": "object"}', default_target => 'bookings', partition_key => '/ref', ordered => true);
SELECT command_center.set_service('second');
SELECT version FROM command_center.set_route('test.number', '{"targets": [{"serviceId": "bookings", "weight": 1}, {"serviceId": "second", "weight": 1}]}');
BEGIN;
CREATE TEMP TABLE spellings ON COMMIT DROP AS SELECT ordinal, ref FROM unnest(ARRAY['12', '12.0', '12.000', '1.2e1', '120e-1', '"12"', '0', '0.0', '-0.0',
    '0.10', '1e-1', '-5.50', '1e30', '1000000000000000000000000000000.0', 'true', 'null', '""', '[12]', '{}']) WITH ORDINALITY AS listed (ref, ordinal);
SELECT count(command_center.execute_command('test.number', jsonb_build_object('ref', ref::jsonb), test.tenant(), correlation_id => 'n' || ordinal)) FROM spellings;
SELECT string_agg(ref, ' ' ORDER BY ordinal) AS spelled, partition_key, headers ->> 'ce_subject' = partition_key AS subject, dispatch.sticky_key = partition_key AS sticky,
    count(DISTINCT dispatch.target_service) AS targets
FROM spellings JOIN command_center.command_dispatches AS dispatch ON correlation_id = 'n' || ordinal JOIN command_center.transactional_outbox USING (command_id)
GROUP BY 2, 3, 4 ORDER BY min(ordinal);
ROLLBACK;
SELECT command_center.explain_command('test.number', '{"ref": 12.00}', test.tenant()) ->> 'partitionKey' AS explained;
