-- What publish_event would do, told by doing it as far as nothing is written.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT jsonb_pretty(command_center.explain_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant()));
SELECT command_center.set_topic('orders'), command_center.set_topic('rooms', cleanup => 'compact', max_message_bytes => 2000), command_center.set_topic('ledger', envelope => 'raw');
SELECT jsonb_pretty(command_center.explain_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant()));
SELECT command_center.register_event('order.placed', 'orders', '{"type": "object", "properties": {"id": {"type": "string", "maxLength": 9}}, "additionalProperties": false}', ordered => true);
SELECT command_center.explain_event('orders', 'order.placed', '{"id": "o-1"}', test.tenant(), 'k') - 'topic';
SELECT command_center.explain_event('orders', 'order.placed', '{"id": 1}', test.tenant()) - 'topic';
SELECT command_center.explain_event('orders', 'order.paid', '{"id": 1}', test.tenant()) - 'topic';
SELECT command_center.explain_event('ledger', 'order.placed', '{"id": "o-1"}', test.tenant()) - 'topic';
SELECT command_center.explain_event('rooms', 'room.gone', NULL, test.tenant(), 'room-7') - 'topic';
SELECT command_center.explain_event('rooms', 'room.gone', NULL, test.tenant());
SELECT command_center.explain_event('rooms', 'room.noted', to_jsonb(repeat('x', 2000)), test.tenant(), 'room-7') - 'topic';
SELECT command_center.explain_event('commands.primary', 'e', '{}', test.tenant());
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant(), headers => '{"ce_id": "forged"}') - 'topic';
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant(), headers => '{"traceparent": "garbage"}') -> 'accepted';
SET command_center.enabled = off;
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant());
RESET command_center.enabled;
CREATE ROLE test_reader;
GRANT USAGE ON SCHEMA test TO test_reader;
SELECT command_center.grant_access('test_reader', 'reader');
SET ROLE test_reader;
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant());
RESET ROLE;
DROP OWNED BY test_reader;
DROP ROLE test_reader;
SELECT command_center.explain_event('no/topic', 'e', '1', test.tenant());
\echo :SQLSTATE
SELECT command_center.explain_event('ledger', NULL, '1', test.tenant());
\echo :SQLSTATE
SELECT count(*) FROM command_center.transactional_outbox;
SELECT count(*) FROM pg_locks WHERE locktype IN ('advisory', 'userlock') AND pid = pg_backend_pid();
BEGIN READ ONLY;
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant()) -> 'accepted' AS accepted;
ROLLBACK;

-- An environment that nobody declared is no way around the controls of another.
SET command_center.environment = 'prod';
SELECT command_center.explain_event('ledger', 'e', '1', test.tenant()) #> '{refusal,sqlstate}' AS refused;
SELECT command_center.publish_event('ledger', 'e', '1', test.tenant());
\echo :SQLSTATE
RESET command_center.environment;
