-- Events are registered with the topic they go to and the schema of their payload, one version after the other.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT command_center.set_topic('orders');

-- The same again changes nothing; whatever differs is a new version.
SELECT * FROM command_center.register_event('order.placed', 'orders', '{"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": false}',
    description => 'An order was placed.', examples => '{"valid": [{"id": "o-1"}], "invalid": [{"id": 1}, {}]}');
SELECT * FROM command_center.register_event('order.placed', 'orders', '{"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": false}',
    description => 'An order was placed.', examples => '{"valid": [{"id": "o-1"}], "invalid": [{"id": 1}, {}]}');
SELECT * FROM command_center.register_event('order.placed', 'orders', '{"type": "object"}', ordered => true);
SELECT * FROM command_center.register_event('order.noted', 'orders');
SELECT event_type, version, status, topic, ordered, description, schema IS NOT NULL AS has_schema FROM command_center.list_events();
SELECT event_type, version FROM command_center.list_events('rooms');

-- Warnings are answered, and errors refuse.
SELECT * FROM command_center.register_event('order.warned', 'orders', '{"properties": {"a": {"type": "string"}}, "required": ["b"]}');
SELECT command_center.register_event('order.bad', 'orders', '{"type": "text"}');
\echo :SQLSTATE
SELECT command_center.register_event('order.bad', 'orders', '{"type": "string"}', examples => '{"valid": [1]}');
\echo :SQLSTATE
SELECT command_center.register_event('order.bad', 'orders', examples => '{"valid": [1]}');
\echo :SQLSTATE

-- The version that is meant.
SELECT command_center.register_event('order.placed', 'orders', '{"type": "string"}', version => 2);
\echo :SQLSTATE
SELECT command_center.register_event('order.placed', 'orders', '{"type": "string"}', version => 3);
SELECT command_center.register_event('order.placed', 'orders', '{"type": "string"}', version => 3);

-- The topic is declared, and for events.
SELECT command_center.register_event('order.placed', 'rooms');
\echo :SQLSTATE
SELECT command_center.set_topic('jobs', kind => 'commands');
SELECT command_center.register_event('order.placed', 'jobs');
\echo :SQLSTATE
SELECT command_center.register_event('order.placed', 'no/topic');
\echo :SQLSTATE
SELECT command_center.register_event('order placed', 'orders');
\echo :SQLSTATE
SELECT command_center.register_event('', 'orders');
\echo :SQLSTATE
SELECT command_center.register_event(repeat('e', 200), 'orders');
SELECT command_center.register_event(repeat('e', 201), 'orders');
\echo :SQLSTATE
SELECT command_center.register_event(NULL, 'orders');
\echo :SQLSTATE
SELECT command_center.register_event('order.placed', NULL);
\echo :SQLSTATE
SELECT command_center.register_event('order.placed', 'orders', ordered => NULL);
\echo :SQLSTATE

-- While events are registered for a topic, it stays declared for them.
SELECT command_center.remove_topic('orders');
\echo :SQLSTATE
SELECT command_center.set_topic('orders', kind => 'commands');
\echo :SQLSTATE

-- Out of use: the newest that is active, or the one that is named.
SELECT command_center.deprecate_event('order.placed', 1), command_center.deprecate_event('order.placed', 1);
SELECT command_center.deprecate_event('order.placed');
SELECT event_type, version, status FROM command_center.list_events('orders') WHERE event_type = 'order.placed';
SELECT command_center.deprecate_event('order.placed'), command_center.deprecate_event('order.placed') IS NULL AS none_is_active;
SELECT event_type, version FROM command_center.list_events(status => 'active') ORDER BY event_type;
SELECT command_center.list_events(status => 'draft');
\echo :SQLSTATE
SELECT command_center.deprecate_event('order.placed', 9);
\echo :SQLSTATE
SELECT command_center.deprecate_event('order.none');
\echo :SQLSTATE
SELECT command_center.deprecate_event(NULL);
\echo :SQLSTATE
SELECT count(command_center.deprecate_event(event_type)) FROM command_center.list_events(status => 'active');
SELECT command_center.remove_topic('orders');
-- What was deprecated can be registered again, as a new version.
SELECT command_center.set_topic('orders');
SELECT command_center.register_event('order.noted', 'orders');
SELECT version, status FROM command_center.list_events() WHERE event_type = 'order.noted';

SELECT action, object, before ->> 'version' AS before, after ->> 'version' AS after, after ->> 'status' AS status FROM command_center.control_audit
WHERE object = 'event order.placed' ORDER BY audit_id;
