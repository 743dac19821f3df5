-- The most specific active route decides; weights split keys; fallback and also do what they say.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.set_service('bookings-v2'), command_center.set_service('archive');

CREATE FUNCTION pg_temp.target(tenant integer DEFAULT 1, property uuid DEFAULT NULL, environment text DEFAULT NULL, id text DEFAULT 'r') RETURNS text
LANGUAGE sql AS $$
    SELECT target_service FROM command_center.execute_command('test.book', jsonb_build_object('id', id), test.tenant(tenant),
        property_id => property, environment => environment)
$$;
CREATE FUNCTION pg_temp.to_service(service text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('targets', jsonb_build_array(jsonb_build_object('serviceId', service, 'weight', 1)))
$$;

-- Specificity: tenant 4, property 2, environment 1.
SELECT pg_temp.target() AS default_target;
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings-v2'));
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('audit'), environment => 'staging');
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('archive'), property_id => test.tenant(7), environment => NULL);
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings'), tenant_id => test.tenant(2));
SELECT pg_temp.target() AS everyone, pg_temp.target(environment => 'staging') AS staging,
    pg_temp.target(property => test.tenant(7), environment => 'staging') AS property,
    pg_temp.target(2, test.tenant(7), 'staging') AS tenant;
SELECT target_service, route_version, environment FROM command_center.command_dispatches ORDER BY command_id;
SELECT count(DISTINCT route_id) AS routes, count(DISTINCT value::jsonb #>> '{metadata,routing,policyId}') AS named_in_messages
FROM command_center.command_dispatches JOIN command_center.transactional_outbox USING (command_id);

-- Drafts and retired routes do not count.
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings'), tenant_id => test.tenant(2), status => 'retired');
SELECT pg_temp.target(2) AS without_the_retired;

-- Versions: the same route again stays, a change counts up, a stale one is refused.
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings-v2'));
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('audit'), expected_version => 1);
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings'), expected_version => 1);
\echo :SQLSTATE
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings'), tenant_id => test.tenant(3), expected_version => 1);
\echo :SQLSTATE
SELECT version FROM command_center.set_route('test.book', pg_temp.to_service('bookings'), tenant_id => test.tenant(3), expected_version => 0);

-- Weights: 80 to 20 over 1,000 keys, each key always to the same target.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 80}, {"serviceId": "bookings-v2", "weight": 20}]}');
CREATE TEMPORARY TABLE picks AS SELECT 'key-' || n AS id, pg_temp.target(id => 'key-' || n) AS target FROM generate_series(1, 1000) AS n;
SELECT count(*) FILTER (WHERE target = 'bookings-v2') BETWEEN 150 AND 250 AS about_a_fifth FROM picks;
SELECT count(*) AS moved FROM picks WHERE pg_temp.target(id => id) <> target;
-- A service that drains loses all its keys, and the others stay.
SELECT command_center.set_service('bookings-v2', status => 'draining');
SELECT count(*) FILTER (WHERE target = 'bookings') AS moved_without_need, count(DISTINCT now_at) AS targets
FROM (SELECT target, pg_temp.target(id => id) AS now_at FROM picks) AS again WHERE now_at <> target;

-- The fallback, and nothing.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings-v2"}], "fallback": "archive"}');
SELECT pg_temp.target() AS fallback;
SELECT command_center.set_service('archive', status => 'down');
SELECT pg_temp.target();
\echo :SQLSTATE

-- also: one more message, with the same command id and position, whatever state the service is in.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings"}], "also": ["audit", "archive"], "stickiness": "command"}');
SELECT pg_temp.target(id => 'multi') AS target;
SELECT sticky_key = command_id::text AS sticks_to_the_command, also_targets FROM command_center.command_dispatches ORDER BY command_id DESC LIMIT 1;
SELECT headers ->> 'x-command-target' AS target, topic, value::jsonb #> '{metadata,routing,alternateTargets}' AS alternates,
    count(*) OVER (PARTITION BY command_id, "position") AS of_one_command, count(*) OVER (PARTITION BY message_id) AS of_one_id
FROM command_center.transactional_outbox WHERE partition_key = 'multi' ORDER BY message_id;

-- Policies that cannot be.
SELECT command_center.set_route('test.nothing', pg_temp.to_service('bookings'));
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '[]');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": -1}, {"weight": 1}, {"serviceId": "bookings", "wait": 1}], "also": ["a", "a"], "stickiness": "x", "command": "test.book"}');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '{"targets": []}');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "nobody"}], "fallback": "no one", "also": ["audit", "none"]}');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', pg_temp.to_service('bookings'), status => 'on');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', pg_temp.to_service('bookings'), environment => '');
\echo :SQLSTATE

-- Services.
SELECT command_center.set_service('');
\echo :SQLSTATE
SELECT command_center.set_service('bookings', status => 'ill');
\echo :SQLSTATE
SELECT command_center.set_service('bookings', topic => 'a b');
\echo :SQLSTATE

-- A command that nobody gave a target to says so.
SELECT * FROM command_center.register_command('test.nobody', '{"type": "object", "additionalProperties": false}');
SELECT command_center.execute_command('test.nobody', '{}', test.tenant());
\echo :SQLSTATE

-- So many routes that a session no longer keeps all of a command's: each tenant still gets its own, the others the general one.
CALL test.start();
SELECT command_center.set_service('own'), command_center.set_service('general');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "general", "weight": 1}]}');
CREATE FUNCTION test.tenant_of(n integer) RETURNS uuid LANGUAGE sql AS $$ SELECT lpad(to_hex(n), 32, '0')::uuid $$;
SELECT count(command_center.set_route('test.book', '{"targets": [{"serviceId": "own", "weight": 1}]}', tenant_id => test.tenant_of(n)))
FROM generate_series(1, 999) AS n;
SELECT target_service, count(*) FROM unnest(ARRAY[1, 500, 999, 1000, 2000]) AS n,
    LATERAL command_center.execute_command('test.book', '{"id": "few"}', test.tenant_of(n)) GROUP BY 1 ORDER BY 1;
SELECT count(command_center.set_route('test.book', '{"targets": [{"serviceId": "own", "weight": 1}]}', tenant_id => test.tenant_of(n)))
FROM generate_series(1000, 1001) AS n;
SELECT target_service, count(*) FROM unnest(ARRAY[1, 500, 999, 1000, 1001, 2000]) AS n,
    LATERAL command_center.execute_command('test.book', '{"id": "many"}', test.tenant_of(n)) GROUP BY 1 ORDER BY 1;
DROP FUNCTION test.tenant_of;

-- A policy or a status that is NULL stays as it is; without a route there is none to keep.
CALL test.start();
SELECT command_center.set_route('test.book', NULL);
\echo :SQLSTATE
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', status => NULL);
SELECT version FROM command_center.set_route('test.book', NULL, status => 'retired');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', status => NULL);
SELECT status, policy, version FROM command_center.list_routes('test.book');
