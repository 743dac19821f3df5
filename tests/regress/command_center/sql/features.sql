-- Features constrain: every one that matches applies, and the strictest wins. Limits let so many through and say when to retry.
\set SHOW_CONTEXT never
CALL test.start();
SELECT count(*) AS findings FROM command_center.register_command('test.cancel', '{"type": "object"}', default_target => 'bookings');

-- One command and what became of it. Its mistakes are undone alone, as in a service that goes on after one.
CREATE FUNCTION pg_temp.outcome(tenant integer DEFAULT 1, property integer DEFAULT NULL, environment text DEFAULT NULL, role text DEFAULT NULL,
    command text DEFAULT 'test.book') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (command_center.execute_command(command, '{"id": "r"}', test.tenant(tenant), initiator => jsonb_build_object('role', role),
        property_id => test.tenant(property), environment => environment)).mode;
EXCEPTION WHEN SQLSTATE 'KC010' OR SQLSTATE 'KC011' THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.outcomes(times integer, tenant integer DEFAULT 1, property integer DEFAULT NULL, role text DEFAULT NULL) RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(pg_temp.outcome(tenant, property, role => role)) FROM generate_series(1, times)
$$;
CREATE PROCEDURE pg_temp.remove_all() LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.remove_feature(command_name, environment, tenant_id, property_id, role) FROM command_center.list_features();
END $$;

-- Without a feature nothing is constrained.
SELECT pg_temp.outcome();

-- Disabled: everything, then each column of the scope alone.
SELECT version FROM command_center.set_feature('disabled');
SELECT pg_temp.outcome(), pg_temp.outcome(command => 'test.cancel') AS other_command;
\set VERBOSITY terse
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
\echo :SQLSTATE
\set VERBOSITY default
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', 'test.book');
SELECT pg_temp.outcome(), pg_temp.outcome(command => 'test.cancel') AS other_command;
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', environment => 'staging');
SELECT pg_temp.outcome(environment => 'staging'), pg_temp.outcome() AS production;
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', tenant_id => test.tenant(1));
SELECT pg_temp.outcome(), pg_temp.outcome(2) AS other_tenant;
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', property_id => test.tenant(7));
SELECT pg_temp.outcome(property => 7), pg_temp.outcome(property => 8) AS other_property, pg_temp.outcome() AS no_property;
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', role => 'night-audit');
SELECT pg_temp.outcome(role => 'night-audit'), pg_temp.outcome(role => 'front-desk') AS other_role, pg_temp.outcome() AS no_role;
CALL pg_temp.remove_all();
-- All columns together: one that does not match is enough.
SELECT version FROM command_center.set_feature('disabled', 'test.book', 'staging', test.tenant(1), test.tenant(7), 'night-audit');
SELECT pg_temp.outcome(1, 7, 'staging', 'night-audit'), pg_temp.outcome(2, 7, 'staging', 'night-audit') AS tenant,
    pg_temp.outcome(1, 8, 'staging', 'night-audit') AS property, pg_temp.outcome(1, 7, 'production', 'night-audit') AS environment,
    pg_temp.outcome(1, 7, 'staging', 'front-desk') AS role, pg_temp.outcome(1, 7, 'staging', 'night-audit', 'test.cancel') AS command;

-- Deny wins: over a more specific one that enables, and over one that observes.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('disabled', 'test.book');
SELECT version FROM command_center.set_feature('enabled', 'test.book', tenant_id => test.tenant(1), property_id => test.tenant(7));
SELECT version FROM command_center.set_feature('observe', tenant_id => test.tenant(1));
SELECT pg_temp.outcome(1, 7);
-- The kind of change that is made at night: version 2 takes effect with the next statement.
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => 'null', expected_version => 1);
SELECT pg_temp.outcome(1, 7), pg_temp.outcome(2, 7) AS other_tenant;

-- Observed: accepted, recorded and published, and marked as such everywhere; the dispatch tells which features matched.
SELECT mode, array_length(feature_ids, 1) AS features,
    feature_ids = (SELECT array_agg(feature_id ORDER BY feature_id) FROM command_center.list_features(tenant_id => test.tenant(1))) AS all_of_them
FROM command_center.command_dispatches WHERE tenant_id = test.tenant(1) ORDER BY command_id DESC LIMIT 1;
SELECT headers ->> 'x-command-mode' AS header, value::jsonb #>> '{metadata,mode}' AS metadata
FROM command_center.transactional_outbox WHERE tenant_id = test.tenant(1) ORDER BY "position" DESC LIMIT 1;
SELECT mode, feature_ids IS NOT NULL AS matched FROM command_center.command_dispatches WHERE tenant_id = test.tenant(2)
ORDER BY command_id DESC LIMIT 1;

-- A template that is opt_in needs a feature that enables it; one that observes is not enough.
CALL pg_temp.remove_all();
SELECT count(*) AS findings FROM command_center.register_command('test.pilot', '{"type": "object"}', default_target => 'bookings',
    availability => 'opt_in');
SELECT command_center.execute_command('test.pilot', '{}', test.tenant());
\echo :SQLSTATE
SELECT version FROM command_center.set_feature('observe', 'test.pilot');
SELECT pg_temp.outcome(command => 'test.pilot') AS observed_only;
SELECT version FROM command_center.set_feature('enabled', 'test.pilot', tenant_id => test.tenant(2));
SELECT pg_temp.outcome(1, command => 'test.pilot') AS tenant_1, pg_temp.outcome(2, command => 'test.pilot') AS tenant_2;

-- Limits. One token a minute grows back, so that what these tests do never takes long enough for another.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 3}');
SELECT pg_temp.outcomes(5) AS tenant_1, pg_temp.outcomes(4, 2, 7) AS tenant_2, pg_temp.outcomes(1, 2, 8) AS its_other_property;
-- Without a burst the whole minute goes at once.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => '{"per": "tenant", "maxPerMinute": 2}');
SELECT pg_temp.outcomes(3), pg_temp.outcome(command => 'test.cancel') AS other_command;
-- Per property and per role, within the tenant; commands without one are counted together.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "property", "maxPerMinute": 1}');
SELECT pg_temp.outcomes(2, 1, 7) AS property_7, pg_temp.outcomes(2, 1, 8) AS property_8, pg_temp.outcomes(2, 1) AS none,
    pg_temp.outcomes(2, 2, 7) AS tenant_2;
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "role", "maxPerMinute": 1}');
SELECT pg_temp.outcomes(2, role => 'front-desk') AS front_desk, pg_temp.outcomes(2, role => 'night-audit') AS night_audit,
    pg_temp.outcomes(2) AS none, pg_temp.outcomes(2, 2, role => 'front-desk') AS tenant_2;
-- The scope says to whom a limit applies, `per` who shares it.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', tenant_id => test.tenant(1), role => 'agency',
    limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT pg_temp.outcomes(2, 1, 7, 'agency') AS agency, pg_temp.outcomes(2, 1, 7, 'front-desk') AS front_desk;
-- Every limit that matches must have a token, or none loses one.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 3}');
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => '{"per": "property", "maxPerMinute": 1}');
SELECT pg_temp.outcomes(3, 1, 7) AS property_7, pg_temp.outcomes(2, 1, 8) AS property_8, pg_temp.outcomes(1, 1, 9) AS property_9,
    pg_temp.outcomes(1, 1, 6) AS none_of_the_tenant_left;
-- A command that is observed is counted as well.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('observe', limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT pg_temp.outcomes(2);

-- The error says how long, of which feature, and by which limit.
CREATE FUNCTION pg_temp.refusal() RETURNS TABLE (code text, message text, hint text, seconds numeric, feature_known boolean, "limit" jsonb)
LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
    seconds := detail::jsonb -> 'retryAfterSeconds';
    feature_known := (detail::jsonb ->> 'feature_id')::uuid IN (SELECT feature_id FROM command_center.list_features());
    "limit" := detail::jsonb -> 'limit';
    RETURN NEXT;
END $$;
SELECT code, message, hint, seconds BETWEEN 1 AND 60 AND seconds = trunc(seconds) AS within_a_minute, feature_known, "limit"
FROM pg_temp.refusal();
-- A cooldown holds longer than the bucket needs.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "cooldownSeconds": 3600}');
SELECT pg_temp.outcomes(2);
SELECT seconds BETWEEN 3000 AND 3600 AS rest_of_the_hour, "limit" FROM pg_temp.refusal();
-- A new limit counts at once, and a subject that waited under the old one does not wait as long as that.
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT seconds BETWEEN 1 AND 60 AS within_a_minute FROM pg_temp.refusal();
-- One that is rolled back takes its cooldown along.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 2}');
BEGIN;
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 1, "cooldownSeconds": 3600}');
SELECT pg_temp.outcomes(2);
ROLLBACK;
SELECT pg_temp.outcomes(3);

-- What a payload that fails does not use, and what comes after the limit gives back.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT command_center.execute_command('test.book', '{"id": 7}', test.tenant());
SELECT command_center.set_service('bookings', status => 'down');
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.set_service('bookings');
SELECT pg_temp.outcomes(2);

-- A transaction can give back as many tokens as it took, with savepoints in between, and each once.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 500}');
CREATE FUNCTION pg_temp.accepted(times integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE status = 'accepted') FROM command_center.execute_commands(ARRAY(
        SELECT ROW('test.book', '{"id": "b"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request
        FROM generate_series(1, times)))
$$;
BEGIN;
SELECT pg_temp.accepted(200);
SAVEPOINT a;
SELECT pg_temp.accepted(200);
SAVEPOINT b;
SELECT pg_temp.accepted(200);
ROLLBACK TO b;
SELECT pg_temp.accepted(50);
RELEASE a;
SELECT pg_temp.accepted(100);
ROLLBACK;
SELECT pg_temp.accepted(600);
-- What grows back within the transaction is not kept for its end.
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1000000, "burst": 100}');
CREATE FUNCTION pg_temp.memory() RETURNS bigint LANGUAGE sql AS $$ SELECT used_bytes FROM pg_backend_memory_contexts WHERE name = 'TopMemoryContext' $$;
SELECT pg_temp.memory() AS memory_before \gset
BEGIN;
SELECT sum(pg_temp.accepted(50)) > 100 AS more_than_a_burst FROM generate_series(1, 40);
SELECT pg_temp.memory() - :memory_before < 100000 AS kept_for_a_burst_alone;
ROLLBACK;
SELECT pg_temp.accepted(100) = 100 AS a_burst_is_left;
-- What was kept for a large transaction is not kept for the session.
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 10000}');
BEGIN;
SELECT pg_temp.accepted(10000);
SELECT pg_temp.memory() - :memory_before > 500000 AS kept;
ROLLBACK;
SELECT pg_temp.accepted(1);
SELECT pg_temp.memory() - :memory_before < 100000 AS freed;

-- Explaining takes no token and says what executing would.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('observe', limits => '{"per": "tenant", "maxPerMinute": 1, "cooldownSeconds": 3600}');
CREATE FUNCTION pg_temp.explained() RETURNS jsonb LANGUAGE sql AS $$
    SELECT command_center.explain_command('test.book', '{"id": "r"}', test.tenant())
$$;
SELECT DISTINCT pg_temp.explained() -> 'accepted' AS accepted, pg_temp.explained() -> 'mode' AS mode FROM generate_series(1, 5);
SELECT pg_temp.outcome();
SELECT pg_temp.explained() #> '{refusal,sqlstate}' AS sqlstate, pg_temp.explained() #>> '{refusal,message}' AS message,
    (pg_temp.explained() #> '{refusal,detail,retryAfterSeconds}')::integer BETWEEN 3000 AND 3600 AS cooldown_foreseen;

-- A batch counts each command, and what it refuses after the limit gives its token back to the next.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 2}');
SELECT command_center.set_service('audit', status => 'down', topic => 'audit.log');
SELECT version FROM command_center.set_route('test.cancel', '{"targets": [{"serviceId": "audit"}]}');
SELECT ordinal, status, command_name, sqlstate FROM command_center.execute_commands(ARRAY(
    SELECT ROW(name, '{"id": "b"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request
    FROM unnest('{test.cancel, test.book, test.cancel, test.nothing, test.book, test.book}'::text[]) AS name));
SELECT version FROM command_center.remove_route('test.cancel');
-- A handler that fails after commands of its own gives back theirs and its own.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 3}');
CREATE FUNCTION test.handle_and_fail(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.book', '{"id": "inner"}', command.tenant_id);
    RAISE 'no';
END $$;
SELECT command_center.set_service('audit', handler => 'test.handle_and_fail(command_center.accepted_command)');
SELECT version FROM command_center.set_route('test.cancel', '{"targets": [{"serviceId": "audit"}]}');
SELECT ordinal, status, command_name, sqlstate FROM command_center.execute_commands(ARRAY(
    SELECT ROW(name, '{"id": "b"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request
    FROM unnest('{test.book, test.cancel, test.book, test.book, test.book}'::text[]) AS name));
SELECT version FROM command_center.remove_route('test.cancel');
SELECT command_center.set_service('audit', handler => '');
DROP FUNCTION test.handle_and_fail;

-- An idempotency key answers before features and limits look: a retry of what was accepted is accepted.
CALL pg_temp.remove_all();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'key');
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'key');
SELECT version FROM command_center.set_feature('disabled');
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'key');
SELECT pg_temp.outcome();

-- More features than a session keeps at once: it looks for those of a command, and of a command and a tenant.
CALL pg_temp.remove_all();
CREATE FUNCTION pg_temp.other_tenant(number integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT ('00000000-0000-0000-0001-' || lpad(number::text, 12, '0'))::uuid
$$;
CREATE FUNCTION pg_temp.other_outcome(number integer, command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (command_center.execute_command(command, '{"id": "r"}', pg_temp.other_tenant(number))).mode;
EXCEPTION WHEN SQLSTATE 'KC011' THEN
    RETURN SQLSTATE;
END $$;
SELECT count(command_center.set_feature('disabled', 'test.book', tenant_id => pg_temp.other_tenant(n))) FROM generate_series(1, 1000) AS n;
SELECT pg_temp.other_outcome(7, 'test.book') AS of_all, pg_temp.other_outcome(7, 'test.cancel') AS other_command,
    pg_temp.other_outcome(1001, 'test.book') AS other_tenant;
SELECT version FROM command_center.set_feature('observe', tenant_id => test.tenant(2));
SELECT pg_temp.other_outcome(7, 'test.book') AS of_tenant, pg_temp.other_outcome(7, 'test.cancel') AS of_command,
    pg_temp.other_outcome(1001, 'test.book') AS other_tenant, pg_temp.outcome(2) AS every_command,
    pg_temp.outcome(2, command => 'test.cancel') AS other_command;
SELECT version FROM command_center.set_feature('observe', 'test.book');
SELECT version FROM command_center.set_feature('disabled', environment => 'staging');
SELECT pg_temp.other_outcome(7, 'test.book') AS of_tenant, pg_temp.other_outcome(7, 'test.cancel') AS of_command,
    pg_temp.other_outcome(1001, 'test.book') AS every_tenant, pg_temp.outcome(2, environment => 'staging') AS environment,
    pg_temp.outcome(1, environment => 'staging', command => 'test.cancel') AS everything;
CALL pg_temp.remove_all();
SELECT pg_temp.other_outcome(7, 'test.book') AS none_left;

-- The kill switch.
SET command_center.enabled = off;
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
\echo :SQLSTATE
RESET command_center.enabled;
CREATE ROLE features_clerk;
SET ROLE features_clerk;
SET command_center.enabled = on;
\echo :SQLSTATE
RESET ROLE;

-- Nobody may who has not been given the right; who has it acts for the tenants of the role, and sees their features and those of all.
SELECT proname FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND proname LIKE '%feature%'
    AND has_function_privilege('features_clerk', oid, 'EXECUTE');
SELECT command_center.grant_access('features_clerk', 'reader') IS NOT NULL AS granted,
    command_center.bind_role('features_clerk', test.tenant(1)) IS NOT NULL AS bound;
GRANT EXECUTE ON FUNCTION command_center.set_feature, command_center.remove_feature TO features_clerk;
GRANT USAGE ON SCHEMA test TO features_clerk;
SELECT version FROM command_center.set_feature('observe');
SELECT version FROM command_center.set_feature('observe', tenant_id => test.tenant(2));
SET ROLE features_clerk;
SELECT version FROM command_center.set_feature('observe', tenant_id => test.tenant(1));
SELECT command_center.set_feature('disabled', tenant_id => test.tenant(2));
\echo :SQLSTATE
SELECT command_center.set_feature('disabled');
\echo :SQLSTATE
SELECT command_center.remove_feature(tenant_id => test.tenant(2));
\echo :SQLSTATE
SELECT command_center.remove_feature();
\echo :SQLSTATE
SELECT tenant_id FROM command_center.list_features();
SELECT tenant_id FROM command_center.command_features ORDER BY tenant_id NULLS FIRST;
SELECT tenant_id FROM command_center.list_features(tenant_id => test.tenant(2));
\echo :SQLSTATE
SELECT version FROM command_center.remove_feature(tenant_id => test.tenant(1));
RESET ROLE;
CALL pg_temp.remove_all();
DROP OWNED BY features_clerk;
DROP ROLE features_clerk;

-- Where features are many a session keeps what concerns a property, and each of them counts as before: for the property, or for all.
BEGIN;
INSERT INTO command_center.command_features (feature_id, status, tenant_id, property_id)
SELECT gen_random_uuid(), 'disabled', test.tenant(), ('00000000-0000-0000-0002-' || lpad(n::text, 12, '0'))::uuid FROM generate_series(1, 1001) AS n;
SELECT version FROM command_center.set_feature('disabled', 'test.book', tenant_id => test.tenant(), property_id => test.tenant(7));
SELECT version FROM command_center.set_feature('observe', 'test.book', property_id => test.tenant(8));
SELECT version FROM command_center.set_feature('observe', 'test.cancel', tenant_id => test.tenant());
SELECT pg_temp.outcome(1, 7) AS property_7, pg_temp.outcome(1, 8) AS property_8, pg_temp.outcome(1, 9) AS property_9, pg_temp.outcome(1) AS none,
    pg_temp.outcome(1, 7, command => 'test.cancel') AS other_command, pg_temp.outcome(1, command => 'test.cancel') AS its_none,
    pg_temp.outcome(2, 7) AS other_tenant;
SELECT pg_temp.outcome(1, 7) AS property_7, pg_temp.outcome(1, 8) AS property_8, pg_temp.outcome(1, 9) AS property_9, pg_temp.outcome(1) AS none;
ROLLBACK;

-- Versions: the same feature again stays, a change counts up, a stale one is refused.
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => '{"per": "tenant", "maxPerMinute": 9}');
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => '{"maxPerMinute": 9, "per": "tenant"}');
SELECT version FROM command_center.set_feature('enabled', 'test.book', limits => 'null', expected_version => 1);
SELECT version FROM command_center.set_feature('disabled', 'test.book', expected_version => 1);
\echo :SQLSTATE
SELECT version FROM command_center.set_feature('disabled', 'test.cancel', expected_version => 1);
\echo :SQLSTATE
SELECT version FROM command_center.set_feature('observe', 'test.cancel', expected_version => 0);
SELECT version FROM command_center.set_feature('observe', environment => 'staging', role => 'agency');
SELECT version FROM command_center.set_feature('observe', tenant_id => test.tenant(1));

-- What there is: of everything, of a command, of a tenant.
SELECT status, command_name, environment, tenant_id, property_id, role, limits, version FROM command_center.list_features();
SELECT command_name, tenant_id FROM command_center.list_features('test.book');
SELECT command_name, tenant_id FROM command_center.list_features('test.book', test.tenant(2));
SELECT command_name, tenant_id FROM command_center.list_features('test.nothing', test.tenant(2));
SELECT command_name, tenant_id FROM command_center.list_features(status => 'enabled');

-- Every change is in the audit, with what was and what is.
SELECT action, before ->> 'status' AS before, after ->> 'status' AS after, after -> 'limits' AS limits
FROM command_center.control_audit WHERE action LIKE '%feature' ORDER BY audit_id DESC LIMIT 6;

-- Features that cannot be.
SELECT command_center.set_feature(NULL);
\echo :SQLSTATE
SELECT command_center.set_feature('on');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', 'test.nothing');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', environment => 'a b');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', role => '');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', role => repeat('r', 256));
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', limits => '{"per": "guest", "maxPerMinute": 0, "burst": 1.5, "cooldownSeconds": -1, "max_per_minute": 9}');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', limits => '{"per": "tenant", "max_per_minute": 9}');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', limits => '{"burst": 1000001}');
\echo :SQLSTATE
SELECT command_center.set_feature('enabled', limits => '[]');
\echo :SQLSTATE
SELECT command_center.remove_feature('test.book', environment => 'staging');
\echo :SQLSTATE
SELECT command_center.remove_feature('test.book', expected_version => 7);
\echo :SQLSTATE
SELECT version FROM command_center.remove_feature('test.book', expected_version => 2);
SELECT count(*) FROM command_center.list_features(status => 'on');
\echo :SQLSTATE

-- A limit that somebody wrote into the table by hand is never taken for none.
CALL pg_temp.remove_all();
INSERT INTO command_center.command_features (feature_id, status, limits)
VALUES ('00000000-0000-0000-0000-00000000000f', 'enabled', '{"per": "tenant"}');
SELECT command_center.set_feature('enabled', 'test.cancel') IS NOT NULL AS catalogue_changed;
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
\echo :SQLSTATE

-- A feature that is switched off and on again keeps its limits, until they are taken away.
CALL test.start();
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1}');
SELECT version FROM command_center.set_feature('disabled');
SELECT version FROM command_center.set_feature('enabled');
SELECT status, limits FROM command_center.list_features();
SELECT version FROM command_center.set_feature('enabled', limits => 'null');
SELECT version FROM command_center.set_feature('enabled', limits => 'null');
SELECT version FROM command_center.set_feature('observe', 'test.book', limits => 'null');
SELECT status, limits IS NULL AS none FROM command_center.list_features();

-- What 0.2.0 stored, with other names, is in force until setup() has run, and then has the names of now.
CALL test.start();
INSERT INTO command_center.command_features (feature_id, status, limits)
VALUES (test.tenant(9), 'enabled', '{"per": "tenant", "max_per_minute": 1, "burst": 2, "cooldown_seconds": 0}');
SELECT pg_temp.outcomes(3);
DELETE FROM command_center.setup_steps WHERE name = 'limits_in_camel_case';
SELECT command_center.setup();
SELECT limits, version FROM command_center.list_features();
SELECT pg_temp.outcomes(1);
