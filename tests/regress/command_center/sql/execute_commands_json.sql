-- A batch of JSON is decided row by row, and nothing that its caller wrote is passed over.
\set SHOW_CONTEXT never
CALL test.start();
CREATE FUNCTION test.command(more jsonb DEFAULT '{}', id text DEFAULT 'a') RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object('commandName', 'test.book', 'tenantId', test.tenant(), 'payload', jsonb_build_object('id', id)) || more
$$;
PREPARE batch(jsonb) AS SELECT ordinal, status, command_name, target_service, replayed, sqlstate, message, hint FROM command_center.execute_commands($1);
PREPARE detail(jsonb) AS SELECT ordinal, detail FROM command_center.execute_commands($1) WHERE status = 'refused';

-- Every member arrives where the argument of execute_command does.
SELECT status, command_name, target_service, correlation_id, mode, replayed, result FROM command_center.execute_commands(jsonb_build_array(test.command('{
    "initiator": {"userId": "u-1", "role": "ADMIN"}, "correlationId": "c-1", "idempotencyKey": "k-1", "propertyId": "00000000-0000-0000-0000-0000000000AA",
    "environment": "production", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}')));
SELECT tenant_id, property_id, environment, role, initiator, sticky_key, headers ->> 'traceparent' AS traceparent, headers ->> 'x-correlation-id' AS correlation_id,
    value::jsonb -> 'payload' AS payload, (SELECT idempotency_key FROM command_center.idempotency_keys) AS key
FROM command_center.command_dispatches JOIN command_center.transactional_outbox USING (command_id, tenant_id);
-- Null counts as not given; the payload may be null itself, if its schema says so.
EXECUTE batch(jsonb_build_array(test.command('{"initiator": null, "correlationId": null, "idempotencyKey": null, "propertyId": null, "environment": null, "traceparent": null}'),
    test.command('{"payload": null}'), test.command('{"tenantId": null}'), test.command('{"commandName": null}')));
SELECT count(*) FROM command_center.register_command('test.any', '{}', default_target => 'bookings');
SELECT status FROM command_center.execute_commands(jsonb_build_array(test.command('{"commandName": "test.any", "payload": null}'),
    test.command('{"commandName": "test.any", "payload": [1, 2.50, {"a": {}}]}'), test.command('{"commandName": "test.any", "payload": "text"}')));
SELECT value::jsonb -> 'payload' AS payload FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 3;

-- A misspelt member would lose what it is for: its command is refused, with the right spelling, and the others go on.
EXECUTE batch(jsonb_build_array(test.command(), test.command('{"idempotency_key": "k"}'), test.command('{"idempotencykey": "k"}'), test.command('{"idempotencyKye": "k"}'),
    test.command('{"notBefore": "2030-01-01"}'), test.command('{"": 1}'), test.command(id => 'b')));
EXECUTE detail(jsonb_build_array(test.command(), test.command('{"idempotency_key": "k", "a/b": 1, "tenantId": 7}')));
-- So is one with a value of another type, or that is no command.
EXECUTE batch(jsonb_build_array(test.command('{"tenantId": "nobody"}'), test.command('{"propertyId": "00000000-0000-0000-0000-00000000000"}'), test.command('{"tenantId": 5}'),
    test.command('{"commandName": ["test.book"]}'), test.command('{"correlationId": 42}'), test.command('{"idempotencyKey": {}}'), test.command('{"environment": true}'),
    test.command('{"initiator": "u-1"}'), test.command('{"initiator": []}'), test.command('{"traceparent": 0}'),
    test.command() - 'payload', test.command() - 'tenantId', test.command() - 'commandName', '{}'::jsonb, '[]'::jsonb, 'null'::jsonb, '"test.book"'::jsonb, '1'::jsonb, test.command(id => 'c')));
EXECUTE detail(jsonb_build_array('{}'::jsonb, 'null'::jsonb, test.command('{"tenantId": "nobody", "propertyId": false}')));
-- What a value of the right type cannot be is refused as execute_command does.
EXECUTE batch(jsonb_build_array(test.command('{"idempotencyKey": ""}'), test.command('{"environment": "pro duction"}'), test.command(jsonb_build_object('correlationId', repeat('x', 256))),
    test.command('{"commandName": "test.unknown"}'), test.command('{"payload": {"id": 5}}'), test.command('{"traceparent": "garbage"}')));
-- However many mistakes there are, and however long their names, the answer is short.
SELECT jsonb_array_length(detail::jsonb) AS told, octet_length(detail) < 5000 AS short, octet_length(message) < 200 AS one_line FROM command_center.execute_commands(jsonb_build_array(test.command(
    (SELECT jsonb_object_agg(repeat('x', 2000) || n, n) FROM generate_series(1, 1000) AS n))));

-- Keys: used before, twice in the batch, with other content.
EXECUTE batch(jsonb_build_array(test.command('{"idempotencyKey": "twice"}'), test.command('{"idempotencyKey": "twice"}'), test.command('{"idempotencyKey": "twice"}', id => 'other')));
EXECUTE batch(jsonb_build_array(test.command('{"idempotencyKey": "twice"}')));
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'twice');

-- All or nothing: the first refusal is raised, and says where it is.
\set SHOW_CONTEXT always
\set VERBOSITY default
SELECT count(*) AS before FROM command_center.command_dispatches \gset
SELECT * FROM command_center.execute_commands(jsonb_build_array(test.command(), test.command('{"tenant_id": "x"}')), all_or_nothing => true);
\echo :SQLSTATE
SELECT count(*) - :before AS more FROM command_center.command_dispatches;
\set SHOW_CONTEXT never

-- A literal or parameter without a type may be either: JSON, or an array of command_request as in 0.2.0.
SELECT ordinal, status FROM command_center.execute_commands('[{"commandName": "test.book", "tenantId": "00000000-0000-0000-0000-000000000001", "payload": {"id": "literal"}}]');
SELECT ordinal, status FROM command_center.execute_commands('{"(test.book,\"{\"\"id\"\": \"\"literal\"\"}\",00000000-0000-0000-0000-000000000001,,,,,,)"}');
SELECT ordinal, status FROM command_center.execute_commands(' [2:2]={"(test.book,\"{\"\"id\"\": \"\"literal\"\"}\",00000000-0000-0000-0000-000000000001,,,,,,)"}', true);
PREPARE untyped AS SELECT ordinal, status FROM command_center.execute_commands($1, $2);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'untyped';
EXECUTE untyped('[{"commandName": "test.book", "tenantId": "00000000-0000-0000-0000-000000000001", "payload": {"id": "parameter"}}]', false);
EXECUTE untyped(NULL, false);
\echo :SQLSTATE
SELECT count(*) FROM command_center.execute_commands(commands => '[]');
SELECT count(*) FROM command_center.execute_commands('{}');
SELECT count(*) FROM command_center.execute_commands('[1, [2]]');
SELECT count(*) FROM command_center.execute_commands(NULL::jsonb);
\echo :SQLSTATE
SELECT count(*) FROM command_center.execute_commands('[]'::jsonb, NULL);
\echo :SQLSTATE

-- What is no array, or too much, is an error of the call.
SELECT * FROM command_center.execute_commands(test.command());
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('5'::jsonb);
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('null'::jsonb);
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('[{"commandName": ');
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('');
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands(' { "commandName": "test.book"}');
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands('{"(test.book"}');
\echo :SQLSTATE
SELECT count(*) FILTER (WHERE status = 'accepted') AS accepted FROM command_center.execute_commands((SELECT jsonb_agg(test.command()) FROM generate_series(1, 10000)));
SELECT * FROM command_center.execute_commands((SELECT jsonb_agg(test.command()) FROM generate_series(1, 10001)));
\echo :SQLSTATE
SELECT * FROM command_center.execute_commands(repeat(' ', 129 * 1024 * 1024));
\echo :SQLSTATE
-- What is small as jsonb and large as text is measured as text.
EXECUTE batch(jsonb_build_array(test.command('{"payload": {"id": 1e100000, "b": 1e100000, "c": 1e100000}}'), test.command(id => 'd')));
