-- A topic is declared before anything goes to it; what Kafka or a consumer could not take is refused then.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();

-- One call with defaults is enough. NULL keeps what stands; the same again changes nothing.
SELECT command_center.set_topic('orders.created');
SELECT topic, kind, version, partitions, cleanup, max_message_bytes, envelope, key_required, owner FROM command_center.list_topics();
SELECT command_center.set_topic('orders.created', partitions => 24);
SELECT command_center.set_topic('orders.created', max_message_bytes => 2097152, envelope => 'raw');
SELECT command_center.set_topic('orders.created');
SELECT command_center.set_topic('orders.created', partitions => 24);
SELECT topic, version, partitions, cleanup, max_message_bytes, envelope, key_required, owner FROM command_center.topics;

-- The version that the caller expects.
SELECT command_center.set_topic('orders.created', partitions => 30, expected_version => 2);
\echo :SQLSTATE
SELECT command_center.set_topic('orders.paid', expected_version => 1);
\echo :SQLSTATE
SELECT command_center.set_topic('orders.paid', expected_version => 0);
SELECT command_center.set_topic('orders.paid', expected_version => 0);
\echo :SQLSTATE

-- A compacted topic requires keys, and goes on to when it is no longer compacted.
SELECT command_center.set_topic('rooms', cleanup => 'compact');
SELECT command_center.set_topic('rooms', key_required => false);
\echo :SQLSTATE
SELECT command_center.set_topic('rooms', cleanup => 'delete,compact');
SELECT cleanup, key_required FROM command_center.list_topics() WHERE topic = 'rooms';
SELECT command_center.set_topic('rooms', cleanup => 'delete');
SELECT cleanup, key_required FROM command_center.list_topics() WHERE topic = 'rooms';
SELECT command_center.set_topic('rooms', key_required => false);

-- An owner is a role; an empty text takes it away.
CREATE ROLE test_owner;
SELECT command_center.set_topic('rooms', owner => 'test_owner');
SELECT topic, owner, owner_id = 'test_owner'::regrole AS is_its_id FROM command_center.topics WHERE owner IS NOT NULL;
SELECT topic FROM command_center.list_topics(owner => 'test_owner');
SELECT command_center.set_topic('rooms', owner => 'test_nobody');
\echo :SQLSTATE
SELECT command_center.set_topic('rooms', owner => '');
SELECT owner, owner_id FROM command_center.topics WHERE topic = 'rooms';
DROP ROLE test_owner;

-- Bounds.
SELECT command_center.set_topic('t', partitions => 1, max_message_bytes => 1024), command_center.set_topic('u', partitions => 10000, max_message_bytes => 1073741824);
SELECT command_center.set_topic('v', partitions => 0);
\echo :SQLSTATE
SELECT command_center.set_topic('v', partitions => 10001);
\echo :SQLSTATE
SELECT command_center.set_topic('u', partitions => 9999);
\echo :SQLSTATE
SELECT command_center.set_topic('v', max_message_bytes => 1023);
\echo :SQLSTATE
SELECT command_center.set_topic('v', max_message_bytes => 1073741825);
\echo :SQLSTATE
SELECT command_center.set_topic('v', cleanup => 'compacted');
\echo :SQLSTATE
SELECT command_center.set_topic('v', envelope => '');
\echo :SQLSTATE
SELECT command_center.set_topic('v', kind => 'both');
\echo :SQLSTATE
SELECT command_center.list_topics('both');
\echo :SQLSTATE

-- Names: Kafka's rules, and what belongs to Kafka and the relay.
SELECT command_center.set_topic(repeat('n', 249));
SELECT command_center.set_topic(NULL);
\echo :SQLSTATE
SELECT command_center.set_topic('');
\echo :SQLSTATE
SELECT command_center.set_topic('.');
\echo :SQLSTATE
SELECT command_center.set_topic('..');
\echo :SQLSTATE
SELECT command_center.set_topic(repeat('n', 250));
\echo :SQLSTATE
SELECT command_center.set_topic('orders created');
\echo :SQLSTATE
SELECT command_center.set_topic('zimmer.gebührt');
\echo :SQLSTATE
SELECT command_center.set_topic('__consumer_offsets');
\echo :SQLSTATE
SELECT command_center.set_topic('._x');
\echo :SQLSTATE
SELECT command_center.set_topic('command-center.progress');
\echo :SQLSTATE
SELECT command_center.set_topic('command-center_progress');
\echo :SQLSTATE

-- a.b and a_b are one to Kafka: whatever names them, and in whatever order.
SELECT command_center.set_topic('orders_created');
\echo :SQLSTATE
SELECT command_center.set_topic('audit_log');
\echo :SQLSTATE
SELECT command_center.set_topic('commands_primary');
\echo :SQLSTATE
SELECT command_center.set_service('billing', topic => 'orders_created');
\echo :SQLSTATE
SELECT command_center.set_service('billing', topic => 'audit_log');
\echo :SQLSTATE
SELECT command_center.register_command('test.pay', '{"type": "object"}', topic => 'commands_primary');
\echo :SQLSTATE
SELECT command_center.register_command('test.pay', '{"type": "object"}', topic => 'orders_paid');
\echo :SQLSTATE

-- Commands and events never share a topic.
SELECT command_center.set_topic('audit.log', kind => 'events');
\echo :SQLSTATE
SELECT command_center.set_topic('commands.primary', max_message_bytes => 2000000), command_center.set_topic('audit.log'), command_center.set_topic('later', kind => 'commands');
SELECT topic FROM command_center.list_topics('commands');
SELECT command_center.set_topic('audit.log', kind => 'events');
\echo :SQLSTATE
SELECT command_center.set_service('billing', topic => 'orders.created');
\echo :SQLSTATE
SELECT command_center.register_command('test.pay', '{"type": "object"}', topic => 'orders.created');
\echo :SQLSTATE
SELECT command_center.set_service('billing', topic => 'later');
SELECT command_center.set_service('billing', topic => '__later');
\echo :SQLSTATE
SELECT command_center.register_command('test.pay', '{"type": "object"}', topic => '..');
\echo :SQLSTATE
SELECT command_center.set_topic('commands.primary', cleanup => 'compact');
\echo :SQLSTATE
SELECT command_center.set_topic('commands.primary', envelope => 'raw');
\echo :SQLSTATE
SELECT command_center.set_topic('commands.primary', key_required => true);
\echo :SQLSTATE
SELECT command_center.set_topic('commands.primary', owner => current_user);
\echo :SQLSTATE

-- Taken back.
SELECT command_center.remove_topic('orders.paid', expected_version => 2);
\echo :SQLSTATE
SELECT command_center.remove_topic('orders.paid', expected_version => 1), command_center.remove_topic('orders.paid');
SELECT command_center.remove_topic(NULL);
\echo :SQLSTATE

-- What becomes of topics that nobody declared.
SELECT undeclared_topics FROM command_center.installation;
SELECT command_center.set_undeclared_topics('allow');
SELECT command_center.set_undeclared_topics('allow');
SELECT command_center.set_undeclared_topics('refuse');
SELECT command_center.set_undeclared_topics('maybe');
\echo :SQLSTATE

-- Each change, and nothing else, is written down.
SELECT action, object, before ->> 'version' AS before, after ->> 'version' AS after FROM command_center.control_audit
WHERE object LIKE 'topic orders%' OR object = 'undeclared topics' ORDER BY audit_id;
