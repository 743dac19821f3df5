-- find_dispatches finds dispatches across tenants within a window of time, says which window that was, and where it stopped.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.register_command('test.other', '{}', default_target => 'audit');
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant(1 + n % 3), correlation_id => 'c-' || n)) FROM generate_series(1, 7) AS n;
SELECT status FROM command_center.execute_command('test.other', '{}', test.tenant(2), correlation_id => 'c-1');
SELECT count(command_center.acknowledge_command(tenant_id, command_id, kind, target_service)) FROM command_center.command_dispatches
JOIN (VALUES ('c-2', 'failed'), ('c-3', 'failed'), ('c-4', 'consumed'), ('c-5', 'completed'), ('c-6', 'ignored')) AS reported (correlation_id, kind) USING (correlation_id);
CREATE FUNCTION test.number_of(tenant_id uuid) RETURNS integer LANGUAGE sql AS $$ SELECT min(n) FROM generate_series(1, 3) AS n WHERE test.tenant(n) = tenant_id $$;

-- What failed in the last hour, whose is a correlation id: newest first. The notice says now, which is another time in every run.
SET client_min_messages = warning;
SELECT test.number_of(tenant_id) AS tenant, correlation_id, command_name, status, target_service, also_targets, mode, environment, property_id FROM command_center.find_dispatches();
SELECT correlation_id FROM command_center.find_dispatches(status => 'failed');
SELECT test.number_of(tenant_id) AS tenant, command_name FROM command_center.find_dispatches(correlation_id => 'c-1');
SELECT correlation_id FROM command_center.find_dispatches(target_service => 'audit');
SELECT correlation_id FROM command_center.find_dispatches(command_name => 'test.book', status => 'consumed');
SELECT correlation_id FROM command_center.find_dispatches(test.tenant(2));
SELECT correlation_id FROM command_center.find_dispatches(test.tenant(2), status => 'failed');
SELECT count(*) FROM command_center.find_dispatches('ffffffff-ffff-4fff-8fff-ffffffffffff');
SELECT correlation_id FROM command_center.find_dispatches() AS found
WHERE status <> command_center.get_dispatch(tenant_id, command_id) ->> 'status';
SELECT status, count(*) FROM unnest('{received,published,consumed,completed,failed,ignored}'::text[]) AS asked,
    command_center.find_dispatches(status => asked) GROUP BY status ORDER BY status;

-- Pages meet without a gap and without a repetition, with a filter and without.
CREATE FUNCTION test.pages(status text, page_size integer) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    pages text[] := '{}';
    last uuid;
    page text;
BEGIN
    LOOP
        SELECT string_agg(correlation_id, ' '), (array_agg(command_id))[count(*)] INTO page, last
        FROM command_center.find_dispatches(status => pages.status, page_after => last, page_size => pages.page_size);
        EXIT WHEN page IS NULL;
        pages := pages || page;
    END LOOP;
    RETURN pages;
END $$;
SELECT test.pages(NULL, 3), test.pages(NULL, 1), test.pages('failed', 1), test.pages('received', 2);
SELECT count(*) FROM command_center.find_dispatches(page_after => '00000000-0000-0000-0000-000000000000');
SELECT count(*) FROM command_center.find_dispatches(page_after => 'ffffffff-ffff-ffff-ffff-ffffffffffff');
RESET client_min_messages;

-- The window: what is received when it begins is in it, what is received when it ends is not.
SET timezone = 'UTC';
SELECT max(received_at) FILTER (WHERE correlation_id = 'c-3') AS third, max(received_at) FILTER (WHERE correlation_id = 'c-5') AS fifth FROM command_center.command_dispatches \gset
SET client_min_messages = warning;
SELECT correlation_id FROM command_center.find_dispatches(received_from => :'third', received_before => :'fifth');
SELECT correlation_id FROM command_center.find_dispatches(received_before => :'third');
RESET client_min_messages;
SELECT count(*) FROM command_center.find_dispatches(received_before => '2020-02-29 12:00');
SELECT count(*) FROM command_center.find_dispatches(received_from => '2020-02-22 12:00', received_before => '2020-02-29 12:00');
SELECT count(*) FROM command_center.find_dispatches(received_from => '2020-02-29 12:00', received_before => '2020-02-22 12:00');
SELECT count(*) FROM command_center.find_dispatches(received_from => '294276-12-30', received_before => '294276-12-31 23:59:59.999999');
SELECT count(*) FROM command_center.find_dispatches(received_from => '4713-01-01 BC', received_before => '4713-01-02 BC');
-- The id may be of seconds before the command is received, when it waited for its key, or after: ids lead a clock that was set back.
INSERT INTO command_center.command_dispatches
SELECT tenant_id, uuid_in(overlay(overlay(md5(n::text) PLACING lpad(to_hex(extract(epoch FROM at)::bigint * 1000 + led), 12, '0') FROM 1) PLACING '7' FROM 13)::cstring), command_name,
    template_version, mode, target_service, also_targets, route_id, route_version, feature_ids, property_id, environment, role, sticky_key, 'led by ' || led, initiator,
    payload_sha256, result, at, transaction_id, "position"
FROM command_center.command_dispatches, (VALUES (1, -9000), (2, 9000)) AS offsets (n, led), date_trunc('day', now(), 'UTC') AS day, LATERAL (SELECT day + interval '11 hours' AS at) AS time
WHERE correlation_id = 'c-7';
SET client_min_messages = warning;
SELECT correlation_id FROM command_center.find_dispatches(received_from => date_trunc('day', now(), 'UTC') + interval '11 hours',
    received_before => date_trunc('day', now(), 'UTC') + interval '11 hours 1 second') WHERE correlation_id ~ 'led';
SELECT correlation_id FROM command_center.list_dispatches(test.tenant(2), received_from => date_trunc('day', now(), 'UTC') + interval '11 hours',
    received_before => date_trunc('day', now(), 'UTC') + interval '11 hours 1 second') WHERE correlation_id ~ 'led';
RESET client_min_messages;

-- So many that a call stops before it has seen all: it says so, and where to go on. One tenant sends most; what failed first is furthest away.
CREATE TABLE test.dispatches_of_a_day PARTITION OF command_center.command_dispatches FOR VALUES FROM ('01708e3e-1c00-7000-8000-000000000000') TO ('01709364-7800-7000-8000-000000000000');
CREATE TABLE test.events_of_a_day PARTITION OF command_center.dispatch_events FOR VALUES FROM ('01708e3e-1c00-7000-8000-000000000000') TO ('01709364-7800-7000-8000-000000000000');
INSERT INTO command_center.command_dispatches (tenant_id, command_id, command_name, template_version, mode, target_service, environment, sticky_key, correlation_id,
    payload_sha256, received_at, transaction_id, "position")
SELECT test.tenant(CASE WHEN n % 1000 = 0 THEN 2 + n / 1000 % 2 ELSE 1 END),
    uuid_in(overlay(overlay(md5(n::text) PLACING lpad(to_hex(1582977600000 + n), 12, '0') FROM 1) PLACING '7' FROM 13)::cstring),
    'test.book', 1, 'execute', 'bookings', 'production', 'key', 'c-' || n, '', '2020-02-29 12:00'::timestamptz + make_interval(secs => n / 1000.0), '3', n
FROM generate_series(1, 130000) AS n;
INSERT INTO command_center.dispatch_events (tenant_id, command_id, event_id, kind, service_id, at, who)
SELECT tenant_id, command_id, command_id, 'failed', 'bookings', received_at, 'test' FROM command_center.command_dispatches
WHERE received_at < '2021-01-01' AND correlation_id IN ('c-7', 'c-1000', 'c-120000', 'c-120001');
\set that_hour 'received_from => ''2020-02-29 12:00'', received_before => ''2020-02-29 13:00'''
SELECT correlation_id FROM command_center.find_dispatches(:that_hour, page_size => 3);
SELECT correlation_id FROM command_center.find_dispatches(:that_hour, status => 'failed', page_size => 2);
SELECT correlation_id FROM command_center.find_dispatches(:that_hour, status => 'failed');
SELECT correlation_id FROM command_center.find_dispatches(:that_hour, status => 'failed', page_after => '017090d1-9170-0000-0000-000000000000');
SELECT test.number_of(tenant_id) AS tenant, correlation_id, status FROM command_center.find_dispatches(:that_hour, correlation_id => 'c-1000');
-- From one tenant's to the next, in a window that has few.
SELECT correlation_id FROM command_center.find_dispatches(received_from => '2020-02-29 12:00:00.999', received_before => '2020-02-29 12:00:01.002');
DROP TABLE test.dispatches_of_a_day, test.events_of_a_day;

-- A role of one tenant finds what is its own, where it may call it at all.
CREATE ROLE test_one;
GRANT USAGE ON SCHEMA test TO test_one;
SELECT command_center.grant_access('test_one', 'dispatcher'), command_center.bind_role('test_one', test.tenant(2));
SET ROLE test_one;
SELECT command_center.find_dispatches();
\echo :SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION command_center.find_dispatches TO test_one;
SET client_min_messages = warning;
SET ROLE test_one;
SELECT command_center.find_dispatches();
\echo :SQLSTATE
SELECT command_center.find_dispatches(test.tenant(1));
\echo :SQLSTATE
SELECT DISTINCT tenant_id = test.tenant(2) AS own FROM command_center.find_dispatches(test.tenant(2));
RESET ROLE;
SELECT command_center.grant_access('test_one', 'operator');
SET ROLE test_one;
SELECT count(DISTINCT tenant_id) AS tenants FROM command_center.find_dispatches();
RESET ROLE;
RESET client_min_messages;

-- What cannot be.
SELECT command_center.find_dispatches(status => 'accepted');
\echo :SQLSTATE
SELECT command_center.find_dispatches(page_size => NULL);
\echo :SQLSTATE
SELECT command_center.find_dispatches(page_size => 0);
\echo :SQLSTATE
SELECT command_center.find_dispatches(page_size => 1001);
\echo :SQLSTATE
SELECT command_center.find_dispatches(received_from => now() - interval '8 days');
\echo :SQLSTATE
SELECT command_center.find_dispatches(received_from => '2020-02-22 11:59:59.999999', received_before => '2020-02-29 12:00');
\echo :SQLSTATE
SELECT command_center.find_dispatches(received_from => '-infinity');
\echo :SQLSTATE
SELECT command_center.find_dispatches(received_before => 'infinity');
\echo :SQLSTATE
SELECT count(*) FROM command_center.find_dispatches(command_name => 'test.bok', target_service => 'bokings', received_before => '2020-02-29 12:00');

RESET timezone;
DROP OWNED BY test_one;
DROP ROLE test_one;
DROP FUNCTION test.pages, test.number_of;
