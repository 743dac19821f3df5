-- What became of a notification is written down once for each channel, by the relay alone, and does not change.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.clock AS SELECT now() AS at;
GRANT SELECT ON test.clock TO PUBLIC;
CREATE FUNCTION test.event(number integer, at timestamptz DEFAULT NULL) RETURNS uuid LANGUAGE sql AS
    $$ SELECT (lpad(to_hex((extract(epoch FROM coalesce(at, (SELECT clock.at FROM test.clock))) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(number::text, 15, '0'))::uuid $$;
CREATE FUNCTION test.record(number integer, channel text, status text, detail text DEFAULT NULL) RETURNS boolean LANGUAGE sql AS
    $$ SELECT availability_guard.record_notification(test.tenant(number), test.event(number), channel, status, 1, 2, detail) $$;
SELECT test.record(1, 'email', 'delivered'), test.record(1, 'slack', 'failed', 'no answer in time'), test.record(2, 'sms', 'dry_run');
SELECT test.record(1, 'email', 'failed') AS again;
SELECT number, settled.* FROM generate_series(1, 3) AS number, availability_guard.settled_notifications(test.tenant(number), test.event(number)) AS settled;
SELECT count(*) AS of_another_tenant FROM availability_guard.settled_notifications(test.tenant(2), test.event(1));
SELECT channel, status, attempts, recipients, detail FROM availability_guard.notification_deliveries ORDER BY tenant_id, channel;
SELECT severity, name, finding FROM availability_guard.doctor() WHERE name = 'notifications';
-- What is wrong is refused.
SELECT test.record(3, 'fax', 'delivered');
\echo :SQLSTATE
SELECT test.record(3, 'email', 'lost');
\echo :SQLSTATE
SELECT test.record(3, NULL, 'delivered');
\echo :SQLSTATE
SELECT test.record(3, 'email', 'failed', repeat('x', 1001));
SELECT availability_guard.record_notification(test.tenant(3), test.event(3), 'email', 'failed', -1, 0, NULL);
SELECT availability_guard.record_notification(test.tenant(3), test.event(3, '2020-01-01'), 'email', 'failed', 1, 1, NULL);
\echo :SQLSTATE
-- Days are made as those of the history are.
SELECT count(*) = (SELECT count(*) FROM pg_inherits WHERE inhparent = 'availability_guard.lock_events'::regclass) AS as_many
FROM pg_inherits WHERE inhparent = 'availability_guard.notification_deliveries'::regclass;
-- The relay writes them, and whoever acts for a tenant sees that tenant's.
CREATE ROLE test_relay;
CREATE ROLE test_reader;
SELECT command_center.grant_access('test_relay', 'relay'), command_center.grant_access('test_reader', 'reader'), command_center.bind_role('test_reader', test.tenant(1));
GRANT USAGE ON SCHEMA test TO test_relay, test_reader;
SET ROLE test_relay;
SELECT test.record(4, 'email', 'delivered');
SELECT channel FROM availability_guard.settled_notifications(test.tenant(4), test.event(4));
SELECT count(*) FROM availability_guard.notification_deliveries;
SET ROLE test_reader;
SELECT count(*), count(DISTINCT tenant_id) AS tenants FROM availability_guard.notification_deliveries;
SELECT test.record(1, 'sms', 'delivered');
RESET ROLE;
DROP OWNED BY test_relay, test_reader;
DROP ROLE test_relay, test_reader;
