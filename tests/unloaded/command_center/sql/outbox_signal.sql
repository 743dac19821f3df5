-- Without shared memory nobody can wait for the outbox, and messages are published as ever. From PostgreSQL 17 on the server gives
-- shared memory to a library that it did not preload.
SELECT command_center.wait_for_outbox('0') >= 0 AS answered;
\echo :SQLSTATE
SELECT command_center.setup() >= 0 AS set_up;
SELECT count(*) FROM command_center.set_topic('events');
SELECT command_center.publish_event('events', 'e', '1', '00000000-0000-0000-0000-000000000001') IS NOT NULL AS queued;
SELECT messages > 0 AS has_messages FROM command_center.next_batch('default', 0);
