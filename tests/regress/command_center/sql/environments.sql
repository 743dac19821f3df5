-- Environments are declared, and a control for one is not avoided by another name.
\set SHOW_CONTEXT never
CALL test.start();
DELETE FROM command_center.environments WHERE environment = 'staging';
SELECT environment, is_open FROM command_center.list_environments();
CREATE ROLE test_env_a;
CREATE ROLE test_env_all;
CREATE ROLE test_env_operator;
SELECT command_center.grant_access('test_env_a', 'dispatcher'), command_center.bind_role('test_env_a', test.tenant()),
    command_center.grant_access('test_env_all', 'dispatcher'), command_center.bind_role('test_env_all', NULL),
    command_center.grant_access('test_env_operator', 'operator');
SELECT version FROM command_center.set_feature('disabled', 'test.book', environment => 'production');
CREATE FUNCTION test.outcome(environment text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    RETURN status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(), environment => outcome.environment);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN format('%s %s (%s)', SQLSTATE, SQLERRM, hint);
END $$;
GRANT USAGE ON SCHEMA test TO test_env_a, test_env_all, test_env_operator;

-- No other word for an environment goes, for anybody: in a command, by the setting, in a batch, in an explanation, in a feature or a route.
SET ROLE test_env_a;
SELECT name, test.outcome(name) FROM unnest('{production, prod, Production, PRODUCTION, production., staging}'::text[]) AS name;
SELECT test.outcome(' production'), test.outcome('production '), test.outcome(U&'produc\0442ion');
BEGIN;
SET LOCAL command_center.environment = 'prod';
SELECT test.outcome(NULL);
ROLLBACK;
SELECT sqlstate, message FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "r"}', test.tenant(), NULL, NULL, NULL, NULL, 'prod', NULL)]::command_center.command_request[]);
SELECT command_center.explain_command('test.book', '{"id": "r"}', test.tenant(), environment => 'prod') #>> '{refusal,sqlstate}' AS sqlstate;
RESET ROLE;
SELECT test.outcome('prod');
SELECT command_center.set_feature('enabled', environment => 'prod');
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', environment => 'prod');
\echo :SQLSTATE

-- One that is declared may be named by who acts for every tenant; by others when it is open.
SET ROLE test_env_operator;
SELECT command_center.set_environment('staging');
SELECT command_center.set_environment('staging');
SELECT test.outcome('staging');
SET ROLE test_env_all;
SELECT test.outcome('staging');
SET ROLE test_env_a;
SELECT test.outcome('staging');
BEGIN;
SET LOCAL command_center.environment = 'staging';
SELECT test.outcome(NULL);
ROLLBACK;
SET ROLE test_env_operator;
SELECT command_center.set_environment('staging', is_open => true);
SELECT command_center.set_environment('staging');
SET ROLE test_env_a;
SELECT test.outcome('staging');
SELECT environment, is_open FROM command_center.list_environments();
SELECT command_center.set_environment('prod', true);
\echo :SQLSTATE
RESET ROLE;
-- The same of a role that was merely given EXECUTE.
GRANT EXECUTE ON FUNCTION command_center.set_environment, command_center.remove_environment TO test_env_a;
SET ROLE test_env_a;
SELECT command_center.set_environment('prod', true);
\echo :SQLSTATE
SELECT command_center.remove_environment('production');
\echo :SQLSTATE
RESET ROLE;

-- A change by hand counts as well.
UPDATE command_center.environments SET is_open = false WHERE environment = 'staging';
SET ROLE test_env_a;
SELECT test.outcome('staging');
RESET ROLE;

-- It is removed when nothing is for it; a retry of what was accepted in it is answered all the same.
SELECT command_id FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k', environment => 'staging') \gset
SELECT version FROM command_center.set_feature('observe', 'test.book', environment => 'staging');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', environment => 'staging');
\set VERBOSITY terse
SELECT command_center.remove_environment('staging');
\echo :SQLSTATE
\set VERBOSITY default
SELECT version FROM command_center.remove_route('test.book', environment => 'staging');
SELECT version FROM command_center.remove_feature('test.book', environment => 'staging');
SELECT command_center.remove_environment('staging'), command_center.remove_environment('staging');
SELECT command_id = :'command_id' AS same, replayed
FROM command_center.execute_command('test.book', '{"id": "k"}', test.tenant(), idempotency_key => 'k', environment => 'staging');
SELECT test.outcome('staging');
SELECT action, object, before - 'declared_at' AS before, after - 'declared_at' AS after FROM command_center.control_audit
WHERE object LIKE 'environment%' ORDER BY audit_id;
SELECT command_center.set_environment(NULL);
\echo :SQLSTATE
SELECT command_center.set_environment('');
\echo :SQLSTATE
SELECT command_center.set_environment('pro duction');
\echo :SQLSTATE

-- The setting of the database must be one of them.
SET command_center.environment = 'prod';
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'environment';
RESET command_center.environment;

-- Before setup() has made the table every name goes, as in 0.2.0; then all that was named is declared and open.
DELETE FROM command_center.setup_steps WHERE name = 'environments';
DROP TABLE command_center.environments;
SELECT test.outcome('qa');
SELECT command_center.list_environments();
\echo :SQLSTATE
SELECT version FROM command_center.set_feature('observe', 'test.book', environment => 'dev');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', environment => 'uat');
ALTER ROLE test_env_a SET command_center.environment = 'edge';
SELECT command_center.setup();
SELECT environment, is_open FROM command_center.list_environments();
-- A database that is set to another one is born with it.
CALL test.reset();
SET command_center.environment = 'staging';
SELECT command_center.setup() > 0 AS steps;
SELECT environment, is_open FROM command_center.list_environments();
RESET command_center.environment;
DROP FUNCTION test.outcome;
DROP OWNED BY test_env_a, test_env_all, test_env_operator;
DROP ROLE test_env_a, test_env_all, test_env_operator;
