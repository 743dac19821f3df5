-- A call locks the days of the commands that it is about, and no others: many at once fill no lock table, and none waits for maintain().
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_id AS one FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant()) \gset
CREATE VIEW test.locked_days AS SELECT parent::regclass AS table, count(*) AS days
FROM (SELECT DISTINCT relation FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation') AS locked
JOIN pg_inherits ON inhrelid = relation CROSS JOIN LATERAL (SELECT inhparent::regclass::text AS parent) AS named
JOIN pg_class ON pg_class.oid = relation AND relkind = 'r' WHERE parent ~ 'dispatches|events|outbox' GROUP BY parent ORDER BY parent;

BEGIN;
SELECT command_center.acknowledge_command(test.tenant(), :'one', 'consumed', 'bookings') AS recorded;
SELECT * FROM test.locked_days;
SELECT count(*) < 30 AS few_locks FROM pg_locks WHERE pid = pg_backend_pid();
COMMIT;
-- A message that is not in the command's day is looked for on the day after, too: ids of a command's messages are above its own.
BEGIN;
SELECT command_center.get_dispatch(test.tenant(), :'one') ->> 'status' AS status;
SELECT * FROM test.locked_days;
COMMIT;
BEGIN;
SELECT count(*) AS messages FROM command_center.replay_dispatch(test.tenant(), :'one', 'late');
SELECT * FROM test.locked_days;
COMMIT;
BEGIN;
SELECT command_center.get_dispatch(test.tenant(), :'one') #>> '{replays,0,published,state}' AS replay;
SELECT * FROM test.locked_days;
COMMIT;
-- A list with both ends.
BEGIN;
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_from => '1970-01-01', received_before => '1970-01-02');
SELECT * FROM test.locked_days WHERE "table"::text !~ 'outbox';
COMMIT;
-- Whatever tenant: the days of the window, and of the outbox no day before them.
SET client_min_messages = warning;
BEGIN;
SELECT count(*) FROM command_center.find_dispatches(status => 'consumed', received_from => date_trunc('day', now(), 'UTC') + interval '10 seconds',
    received_before => date_trunc('day', now(), 'UTC') + interval '23 hours 59 minutes 49 seconds');
SELECT * FROM test.locked_days WHERE "table"::text !~ 'outbox';
SELECT count(*) AS earlier_days FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE pid = pg_backend_pid() AND relkind = 'r'
    AND relname ~ '^(transactional_outbox|command_dispatches|dispatch_events)_' AND right(relname, 8) < to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD');
COMMIT;
RESET client_min_messages;
-- A sample that the newest days fill.
BEGIN;
SELECT dispatches FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "bookings"}]}', 1);
SELECT count(*) AS earlier_days FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE pid = pg_backend_pid() AND relkind = 'r'
    AND relname ~ '^command_dispatches_' AND right(relname, 8) < to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD');
COMMIT;
DROP VIEW test.locked_days;
