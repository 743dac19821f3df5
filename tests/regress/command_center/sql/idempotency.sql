-- The second use of an idempotency key answers what the first was answered; another content is refused; only accepted commands count.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.set_service('keeper'), command_center.set_service('other');
CREATE FUNCTION test.use(key text, payload jsonb, tenant uuid DEFAULT test.tenant(), property uuid DEFAULT NULL, environment text DEFAULT NULL)
RETURNS TABLE (target_service text, correlation_id text, replayed boolean, same_command boolean) LANGUAGE sql AS $$
    SELECT made.target_service, made.correlation_id, made.replayed,
        made.command_id = (SELECT command_id FROM command_center.idempotency_keys AS used WHERE used.idempotency_key = key AND used.tenant_id = tenant
            ORDER BY use_number DESC LIMIT 1)
    FROM command_center.execute_command('test.book', payload, tenant, correlation_id => 'c-' || left(key, 9), idempotency_key => key,
        property_id => property, environment => environment) AS made
$$;

SELECT * FROM test.use('k1', '{"id": "a"}');
SELECT * FROM test.use('k1', '{"id": "a"}');
-- Text that means the same jsonb is the same content.
SELECT * FROM test.use('k1', ' { "id" : "a" } ');
SELECT count(*) AS dispatches FROM command_center.command_dispatches;
SELECT count(*) AS messages FROM command_center.transactional_outbox;

-- Other content is refused: payload, property, environment.
SELECT * FROM test.use('k1', '{"id": "b"}');
\echo :SQLSTATE
SELECT * FROM test.use('k1', '{"id": "a"}', property => test.tenant(9));
\echo :SQLSTATE
SELECT * FROM test.use('k1', '{"id": "a"}', environment => 'staging');
\echo :SQLSTATE
-- A key belongs to a tenant and a command.
SELECT * FROM test.use('k1', '{"id": "b"}', test.tenant(2));
SELECT count(*) FROM command_center.register_command('test.other', '{"type": "object"}', default_target => 'other');
SELECT replayed FROM command_center.execute_command('test.other', '{"id": "b"}', test.tenant(), idempotency_key => 'k1');

-- A retry is answered even when the command would be refused or sent elsewhere by now.
SELECT count(*) FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "keeper", "weight": 1}]}');
SELECT * FROM test.use('k1', '{"id": "a"}');
SELECT command_center.set_service('keeper', status => 'down');
SELECT * FROM test.use('k1', '{"id": "a"}');
SELECT * FROM test.use('k2', '{"id": "a"}');
\echo :SQLSTATE

SELECT command_center.set_service('keeper');
-- However a number is spelled, equal JSON is the same content; a string is no number.
CREATE FUNCTION test.retry(key text, payload jsonb) RETURNS boolean LANGUAGE sql AS $$
    SELECT replayed FROM command_center.execute_command('test.other', payload, test.tenant(), idempotency_key => key)
$$;
SELECT test.retry('n', '{"a": 1, "b": [10, {"c": 0.5}], "d": 0}');
SELECT test.retry('n', '{"a": 1.0, "b": [1e1, {"c": 5.00e-1}], "d": -0.0}');
SELECT test.retry('n', '{"a": 1.000, "b": [10.0, {"c": 0.50}], "d": 0.0}');
SELECT test.retry('n', '{"a": 1.01, "b": [10, {"c": 0.5}], "d": 0}');
\echo :SQLSTATE
SELECT test.retry('n', '{"a": "1.0", "b": [10, {"c": 0.5}], "d": 0}');
\echo :SQLSTATE
SELECT test.retry('s', '{"a": "1.0"}');
SELECT test.retry('s', '{"a": "1"}');
\echo :SQLSTATE
SELECT test.retry('large', '{"a": 1e1000}'), test.retry('large', '{"a": 10e999}');
SELECT test.retry('first spelled so', '{"a": 2.50}'), test.retry('first spelled so', '{"a": 2.5}');
-- What a release before 0.3.0 has kept, of the payload as it was spelled, is found when it is spelled so again.
SELECT test.retry('kept', '{"a": 1.0}');
UPDATE command_center.idempotency_keys SET request_sha256 = sha256('{"a": 1.0}' || '\x0000'::bytea || 'production' || '\x00'::bytea)
WHERE idempotency_key = 'kept' RETURNING idempotency_key;
SELECT test.retry('kept', '{"a": 1.0}');
SELECT test.retry('kept', '{"a": 1.5}');
\echo :SQLSTATE

-- The first answer wins over all that was changed since: what is asked for below would refuse a new command.
CREATE FUNCTION test.refused(key text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => key);
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE PROCEDURE test.compare(what text, change text) LANGUAGE plpgsql AS $$
DECLARE
    retried boolean; in_a_batch boolean; explained boolean; anew text; state text; complaint text;
BEGIN
    EXECUTE change;
    anew := test.refused('new');
    SELECT replayed INTO retried FROM test.use('k1', '{"id": "a"}');
    SELECT replayed INTO in_a_batch FROM command_center.execute_commands(ARRAY[
        ROW('test.book', '{"id": "a"}', test.tenant(), NULL, NULL, 'k1', NULL, NULL, NULL)::command_center.command_request], true);
    explained := command_center.explain_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'k1') -> 'replayed';
    RAISE NOTICE '%: a new command %, a retry %, in a batch %, explained %', what, anew, retried, in_a_batch, explained;
    RAISE 'undone';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, complaint = MESSAGE_TEXT;
    IF complaint <> 'undone' THEN
        RAISE NOTICE '%: %: %', what, state, complaint;
    END IF;
END $$;
CALL test.compare('deprecated', $$SELECT command_center.deprecate_command('test.book')$$);
CALL test.compare('removed', $$DELETE FROM command_center.command_templates WHERE command_name = 'test.book'$$);
CALL test.compare('disabled by a feature', $$SELECT command_center.set_feature('disabled', 'test.book')$$);
CALL test.compare('switched off', $$SET LOCAL command_center.enabled = off$$);
CALL test.compare('opt in', $$SELECT command_center.register_command('test.book', '{}', default_target => 'bookings', availability => 'opt_in')$$);
CALL test.compare('a module', $$SELECT command_center.register_command('test.book', '{}', default_target => 'bookings', required_modules => '{spa}')$$);
CALL test.compare('a role', $$SELECT command_center.register_command('test.book', '{}', default_target => 'bookings', required_roles => '{ADMIN}')$$);
CALL test.compare('another schema', $$SELECT command_center.register_command('test.book', '{"maxProperties": 0}', default_target => 'bookings')$$);
CALL test.compare('a schema that is none', $$UPDATE command_center.command_templates SET payload_schema = '{"type": 5}'$$);
CALL test.compare('a limit', $$SELECT command_center.set_feature('enabled', 'test.book', limits => '{"per": "tenant", "maxPerMinute": 1, "burst": 1}'), test.refused('other')$$);
CALL test.compare('its environment gone', $$SELECT command_center.remove_environment('production')$$);
CALL test.compare('services gone', $$UPDATE command_center.services SET status = 'down'$$);
CALL test.compare('handler gone', $$UPDATE command_center.services SET handler = 'public.gone(command_center.accepted_command)'$$);
-- What protects the server from the text itself comes before, and so does who may act for the tenant.
CALL test.compare('larger than allowed by now', $$SET LOCAL command_center.max_payload_bytes = 5$$);
CREATE ROLE regress_stranger;
GRANT USAGE ON SCHEMA command_center, test TO regress_stranger;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO regress_stranger;
SET ROLE regress_stranger;
SELECT replayed FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'k1');
\echo :SQLSTATE
SELECT command_center.explain_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'k1') #>> '{refusal, sqlstate}' AS explained;
RESET ROLE;
DROP OWNED BY regress_stranger;
DROP ROLE regress_stranger;

-- What was refused or rolled back leaves nothing: the key is free.
SELECT * FROM test.use('k2', '{"id": 5}');
\echo :SQLSTATE
SELECT * FROM test.use('k2', '{"id": "later"}');
BEGIN;
SELECT * FROM test.use('k3', '{"id": "undone"}');
ROLLBACK;
BEGIN;
SAVEPOINT before;
SELECT * FROM test.use('k3', '{"id": "undone too"}');
SELECT * FROM test.use('k3', '{"id": "undone too"}');
ROLLBACK TO before;
SELECT * FROM test.use('k3', '{"id": "kept"}');
COMMIT;
SELECT * FROM test.use('k3', '{"id": "kept"}');

-- An expired key may be used again, and counts from then on.
SET command_center.idempotency_ttl = '1s';
BEGIN;
SELECT * FROM test.use('k4', '{"id": "first"}');
UPDATE command_center.idempotency_keys SET expires_at = now() WHERE idempotency_key = 'k4';
SELECT * FROM test.use('k4', '{"id": "second"}');
RESET command_center.idempotency_ttl;
UPDATE command_center.idempotency_keys SET expires_at = now() WHERE idempotency_key = 'k4';
SELECT * FROM test.use('k4', '{"id": "third"}');
SELECT * FROM test.use('k4', '{"id": "third"}');
SELECT use_number FROM command_center.idempotency_keys WHERE idempotency_key = 'k4' ORDER BY 1;
COMMIT;

-- Yesterday's key is found in yesterday's partition.
BEGIN;
SELECT * FROM test.use('k5', '{"id": "yesterday"}');
UPDATE command_center.idempotency_keys SET first_used_on = first_used_on - 1 WHERE idempotency_key = 'k5';
SELECT * FROM test.use('k5', '{"id": "yesterday"}');
SELECT * FROM test.use('k5', '{"id": "today"}');
\echo :SQLSTATE
ROLLBACK;

-- A key that was used first under a longer idempotency_ttl lives as long as that said.
BEGIN;
SET LOCAL command_center.idempotency_ttl = '20d';
SELECT * FROM test.use('k7', '{"id": "long ago"}');
SELECT (now() AT TIME ZONE 'UTC')::date - 9 AS old_day \gset
CREATE TABLE test.old_day PARTITION OF command_center.idempotency_keys FOR VALUES FROM (:'old_day') TO (date :'old_day' + 1);
UPDATE command_center.idempotency_keys SET first_used_on = :'old_day' WHERE idempotency_key = 'k7';
SET LOCAL command_center.idempotency_ttl = '1d';
SELECT * FROM test.use('k7', '{"id": "long ago"}');
ROLLBACK;

-- A default partition is looked at like any other.
BEGIN;
DO $$
DECLARE
    day regclass;
BEGIN
    FOR day IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'command_center.idempotency_keys'::regclass LOOP
        EXECUTE format('ALTER TABLE command_center.idempotency_keys DETACH PARTITION %s', day);
    END LOOP;
END $$;
CREATE TABLE test.any_day PARTITION OF command_center.idempotency_keys DEFAULT;
SELECT * FROM test.use('k8', '{"id": "a"}');
SELECT * FROM test.use('k8', '{"id": "a"}');
SELECT count(*) FROM command_center.command_dispatches WHERE correlation_id = 'c-k8';
ROLLBACK;

-- A dispatch that is gone cannot be answered from.
BEGIN;
DELETE FROM command_center.command_dispatches WHERE correlation_id = 'c-k3';
SELECT * FROM test.use('k3', '{"id": "kept"}');
\echo :SQLSTATE
ROLLBACK;

-- A transaction that may not write claims nothing, and says so before a handler runs.
BEGIN READ ONLY;
SELECT * FROM test.use('k9', '{"id": "a"}');
\echo :SQLSTATE
ROLLBACK;

-- Bounds.
SELECT * FROM test.use('', '{"id": "a"}');
\echo :SQLSTATE
SELECT replayed FROM test.use(repeat('k', 255), '{"id": "a"}');
SELECT replayed FROM test.use(repeat('k', 256), '{"id": "a"}');
\echo :SQLSTATE
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT replayed FROM test.use('k6', '{"id": "a"}');
SELECT replayed FROM test.use('k6', '{"id": "a"}');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT replayed FROM test.use('k6', '{"id": "a"}');
COMMIT;
