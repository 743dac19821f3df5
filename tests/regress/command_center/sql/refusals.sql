-- While commands are refused or nothing is published, doctor() says error and health critical, with the cause; so for each cause there is.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT command_center.set_service('audit', status => 'down');
SELECT granted FROM command_center.acquire_lease('default', 'relay', '1 hour');
CREATE FUNCTION test.ask(command_name text DEFAULT 'test.book') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (command_center.execute_command(command_name, '{"id": "r"}', test.tenant())).status;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION test.complaints() RETURNS TABLE (says text, severity text, name text, finding text) LANGUAGE sql AS $$
    SELECT 'doctor', found.severity, found.name, found.finding FROM command_center.doctor() AS found
    WHERE (found.severity <> 'info' OR found.name = 'commands') AND found.name NOT IN ('bloat', 'old_sessions', 'limits') AND NOT (found.name = 'settings' AND found.finding NOT LIKE 'command_center%')
    UNION ALL
    SELECT 'health', seen.severity, seen.name, seen.finding FROM command_center.health AS seen WHERE seen.severity <> 'ok'
    ORDER BY 1, 3, 4
$$;
SELECT test.ask();
SELECT * FROM test.complaints();

-- The kill switch, for the session, for a role and for the database.
SET command_center.enabled = off;
SELECT test.ask();
SELECT * FROM test.complaints();
RESET command_center.enabled;
BEGIN;
CREATE ROLE test_off;
ALTER ROLE test_off SET command_center.enabled = 'false';
SELECT says, severity, name, finding FROM test.complaints();
SELECT remedy FROM command_center.doctor() WHERE finding LIKE '%test_off%';
ROLLBACK;

-- A feature: of everything, of one command, in this environment, in another, for one tenant.
SELECT version FROM command_center.set_feature('disabled');
SELECT test.ask();
SELECT * FROM test.complaints();
SELECT version FROM command_center.remove_feature();
SELECT version FROM command_center.set_feature('disabled', environment => 'production');
SELECT test.ask();
SELECT * FROM test.complaints();
SELECT version FROM command_center.remove_feature(environment => 'production');
SELECT version FROM command_center.set_feature('disabled', tenant_id => test.tenant(2));
SELECT * FROM test.complaints();
SELECT version FROM command_center.remove_feature(tenant_id => test.tenant(2));

-- Targets: the only service, a route without a fallback, a fallback.
SELECT command_center.set_service('bookings', status => 'draining');
SELECT test.ask();
SELECT * FROM test.complaints();
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "fallback": "audit"}');
SELECT test.ask();
SELECT * FROM test.complaints();
SELECT command_center.set_service('audit', status => 'healthy');
SELECT test.ask();
SELECT * FROM test.complaints();
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', test.tenant(2));
SELECT * FROM test.complaints();
SELECT version FROM command_center.remove_route('test.book', test.tenant(2));
SELECT version FROM command_center.remove_route('test.book');
SELECT command_center.set_service('bookings', status => 'healthy');

-- What only some commands meet: no target at all, a module that nobody has, an opt-in that nobody was given, a schema that cannot be compiled.
SELECT FROM command_center.register_command('test.lost', 'true');
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{gold}');
SELECT FROM command_center.register_command('test.beta', 'true', default_target => 'bookings', availability => 'opt_in');
SELECT FROM command_center.register_command('test.broken', 'true', default_target => 'bookings');
UPDATE command_center.command_templates SET payload_schema = '{"type": "reservation"}' WHERE command_name = 'test.broken';
SELECT command_name, test.ask(command_name) FROM command_center.command_templates ORDER BY command_name;
SELECT * FROM test.complaints();
SELECT command_center.enable_module(test.tenant(2), 'gold');
SELECT version FROM command_center.set_feature('enabled', 'test.beta', tenant_id => test.tenant(2));
SELECT version FROM command_center.set_route('test.lost', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', test.tenant(2));
DELETE FROM command_center.command_templates WHERE command_name = 'test.broken';
SELECT * FROM test.complaints();
DELETE FROM command_center.command_templates WHERE command_name <> 'test.book';

-- Partitions: today's dropped, tomorrow's, today's detached; one by hand that is in the way. maintain() makes what it can.
SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD') AS today, to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '1 day', 'YYYYMMDD') AS tomorrow \gset
CREATE FUNCTION test.undated(text) RETURNS text LANGUAGE sql AS $$
    SELECT regexp_replace(regexp_replace($1, '[0-9]{8}', 'YYYYMMDD', 'g'), '[0-9]{4}-[0-9]{2}-[0-9]{2}', 'YYYY-MM-DD', 'g') $$;
DROP TABLE command_center.transactional_outbox_:today;
SELECT test.undated(regexp_replace(test.ask(), '"[0-9a-f-]*"', '…'));
SELECT * FROM test.complaints();
SELECT command_center.maintain();
SELECT test.ask();
DROP TABLE command_center.idempotency_keys_:tomorrow;
SELECT * FROM test.complaints();
SELECT command_center.maintain();
ALTER TABLE command_center.command_dispatches DETACH PARTITION command_center.command_dispatches_:today;
SELECT * FROM test.complaints();
SELECT command_center.maintain();
SELECT test.ask();
SELECT * FROM test.complaints();
BEGIN;
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'command_center.publisher_leases'::regclass AND right(inhrelid::regclass::text, 8)::date > (clock_timestamp() AT TIME ZONE 'UTC')::date + 3
        UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = 'command_center.control_audit'::regclass AND right(inhrelid::regclass::text, 8)::date > (clock_timestamp() AT TIME ZONE 'UTC')::date + 3 LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
    EXECUTE format('CREATE TABLE command_center.wide PARTITION OF command_center.publisher_leases FOR VALUES FROM (%L) TO (%L)',
        date_trunc('day', clock_timestamp(), 'UTC') + interval '5 days 12 hours', date_trunc('day', clock_timestamp(), 'UTC') + interval '35 days');
END $$;
SELECT * FROM test.complaints();
-- The warning says which day; it is of today's date.
SET LOCAL client_min_messages = error;
SELECT command_center.maintain() AS made;
RESET client_min_messages;
SELECT * FROM test.complaints();
ROLLBACK;

-- Publishers: none, and of another database. The identity has three parts.
BEGIN;
UPDATE command_center.publishers SET identity = regexp_replace(identity, '^[^.]*', 'another');
SELECT * FROM test.complaints();
UPDATE command_center.publishers SET identity = regexp_replace(command_center.database_identity(), '\.[0-9]*\.', '.1.');
SELECT * FROM test.complaints();
UPDATE command_center.publishers SET identity = regexp_replace(command_center.database_identity(), '[0-9]*$', '1');
SELECT * FROM test.complaints();
DELETE FROM command_center.publishers;
SELECT * FROM test.complaints();
ROLLBACK;

-- A clock that was ahead.
BEGIN;
UPDATE command_center.publisher_leases SET claimed_at = claimed_at + interval '2 days', expires_at = expires_at + interval '2 days';
UPDATE command_center.transactional_outbox SET message_id = (lpad(to_hex(extract(epoch FROM clock_timestamp() + interval '2 days')::bigint * 1000), 12, '0')
    || '70008000000000000000')::uuid WHERE "position" = (SELECT max("position") FROM command_center.transactional_outbox);
SELECT says, severity, name, test.undated(finding) AS finding FROM test.complaints();
ROLLBACK;
SELECT * FROM test.complaints();
DROP FUNCTION test.ask, test.complaints, test.undated;
