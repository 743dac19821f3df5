-- The document names every topic with what is sent to it; the same catalogue makes the same document.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.asyncapi() #> '{channels,commands.primary}' AS undeclared;
SELECT command_center.register_command('test.note', 'true', topic => 'notes'), command_center.register_command('test.handled', 'true', default_target => 'audit');
SELECT command_center.set_topic('commands.primary', partitions => 6), command_center.set_topic('orders', cleanup => 'compact,delete'), command_center.set_topic('plain', envelope => 'raw'), command_center.set_topic('empty');
SELECT count(*) AS warnings FROM command_center.register_event('order.placed', 'orders', '{"$defs": {"id": {"type": "string", "maxLength": 9}}, "type": "object", "properties": {"id": {"$ref": "#/$defs/id"}}, "additionalProperties": false}',
    examples => '{"valid": [{"id": "o-1"}]}', description => 'An order was placed.');
SELECT count(*) AS warnings FROM command_center.register_event('order.placed', 'orders', 'true');
SELECT count(*) AS warnings FROM command_center.register_event('note.taken', 'plain');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}');
SELECT command_center.asyncapi() = command_center.asyncapi() AS is_the_same;
SELECT jsonb_object_keys(command_center.asyncapi()) AS member;
SELECT jsonb_pretty(command_center.asyncapi() -> 'channels') AS channels;
SELECT jsonb_pretty(command_center.asyncapi() -> 'operations' -> 'send.orders') AS operation;
SELECT jsonb_pretty(command_center.asyncapi() #> '{components,messages,event.order.placed.v1}') AS message;
SELECT id, message #> '{payload,schema}' AS value FROM jsonb_each(command_center.asyncapi() #> '{components,messages}') AS message (id, message) WHERE id NOT LIKE '%.v1' OR id LIKE '%note%' ORDER BY id;
SELECT command_center.deprecate_event('order.placed', 1);
SELECT command_center.asyncapi() #> '{channels,orders,messages}' AS messages;

-- Shared schemas that a message refers to come with it, and those that they refer to.
SELECT command_center.register_schema('https://test.example/inner', '{"type": "string", "maxLength": 3}');
SELECT command_center.register_schema('https://test.example/outer', '{"type": "object", "properties": {"inner": {"$ref": "https://test.example/inner"}}, "additionalProperties": false}');
SELECT command_center.register_schema('https://test.example/other', '{"type": "string", "maxLength": 4}');
SELECT count(*) AS warnings FROM command_center.register_event('note.shared', 'plain', '{"$defs": {"own": {"type": "integer"}}, "$ref": "https://test.example/outer"}');
SELECT count(*) AS warnings FROM command_center.register_event('order.shared', 'orders', '{"$ref": "https://test.example/outer"}');
SELECT id, jsonb_object_keys(message #> '{payload,schema,$defs}') AS schema FROM jsonb_each(command_center.asyncapi() #> '{components,messages}') AS message (id, message) WHERE id LIKE '%.shared.v1' ORDER BY 1, 2;
-- Every schema of a value compiles as it stands there, and judges what was really sent.
SELECT id, command_center.is_valid_json(message #> '{payload,schema}', '1') AS takes_anything FROM jsonb_each(command_center.asyncapi() #> '{components,messages}') AS message (id, message) ORDER BY id;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.publish_event('orders', 'order.placed', '{"id": "r"}', test.tenant(), 'r') IS NOT NULL AS queued;
SELECT topic, command_center.is_valid_json(command_center.asyncapi() #> ARRAY['components', 'messages',
        CASE topic WHEN 'orders' THEN 'event.order.placed.v2' ELSE 'command.test.book' END, 'payload', 'schema'], value::jsonb) AS value,
    command_center.is_valid_json(command_center.asyncapi() #> ARRAY['components', 'messages',
        CASE topic WHEN 'orders' THEN 'event.order.placed.v2' ELSE 'command.test.book' END, 'headers'], headers::jsonb) AS headers
FROM command_center.transactional_outbox ORDER BY topic;
