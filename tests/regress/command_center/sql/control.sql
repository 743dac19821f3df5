-- What operators change: each change is in control_audit with what was and what is, a repetition changes nothing, a stale change is refused.
\set SHOW_CONTEXT never
CALL test.start();
-- What was audited since the last look, without what differs from run to run.
CREATE TABLE test.looked (audit_id uuid);
CREATE FUNCTION test.audited() RETURNS TABLE (action text, object text, before jsonb, after jsonb, reason text, actor text) LANGUAGE sql AS $$
    WITH fresh AS (
        INSERT INTO test.looked SELECT audit_id FROM command_center.control_audit EXCEPT SELECT audit_id FROM test.looked RETURNING audit_id)
    SELECT action, object, jsonb_strip_nulls(before - '{changed_at,registered_at,enabled_at,bound_at,route_id,payload_schema}'::text[]),
        jsonb_strip_nulls(after - '{changed_at,registered_at,enabled_at,bound_at,route_id,payload_schema}'::text[]), reason, actor
    FROM command_center.control_audit JOIN fresh USING (audit_id) ORDER BY audit_id
$$;
SELECT action, object, before IS NULL AS is_new FROM test.audited();

-- Services.
SELECT command_center.set_service('billing', 'finance', topic => 'billing.in');
SELECT command_center.set_service('billing', 'finance', topic => 'billing.in');
SELECT command_center.set_service('billing', 'finance', 'draining');
SELECT * FROM test.audited();
SELECT service_id, owner, status, topic FROM command_center.list_services();
SELECT service_id FROM command_center.list_services(status => 'draining');
SELECT service_id FROM command_center.list_services(owner => 'finance');
SELECT service_id FROM command_center.list_services(owner => 'nobody');
SELECT command_center.list_services(status => 'gone');
\echo :SQLSTATE
-- What a call leaves out stays, an empty text takes it away, and a service does not recover unnoticed.
CREATE FUNCTION test.handle(command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
SELECT command_center.set_service('keeper', 'finance', topic => 'billing.in', handler => 'test.handle(command_center.accepted_command)');
SELECT command_center.set_service('keeper', status => 'down');
SELECT command_center.set_service('keeper', status => NULL, owner => 'sales');
SELECT service_id, owner, status, topic, handler FROM command_center.list_services(owner => 'sales');
SELECT command_center.set_service('keeper', topic => '', handler => '');
SELECT command_center.set_service('keeper', owner => '');
SELECT service_id, owner, status, topic, handler FROM command_center.services WHERE service_id = 'keeper';
SELECT command_center.remove_service('keeper');
DROP FUNCTION test.handle;
DELETE FROM command_center.control_audit WHERE object = 'service keeper';

-- Commands.
SELECT FROM command_center.register_command('test.pay', '{"maxLength": 1}', 'Pays.', 'billing', required_modules => '{finance}', required_roles => '{CLERK}', availability => 'opt_in', sla => '1 hour');
SELECT FROM command_center.register_command('test.pay', '{"maxLength": 1}', 'Pays.', 'billing', required_modules => '{finance}', required_roles => '{CLERK}', availability => 'opt_in', sla => '1 hour');
SELECT FROM command_center.register_command('test.pay', '{"maxLength": 2}', status => 'draft');
SELECT FROM command_center.register_command('test.pay', '{"maxLength": 3}', 'Pays more.', 'billing', required_modules => '{finance}');
SELECT action, object, before ->> 'version' AS before, before ->> 'status' AS status_before, after ->> 'version' AS after, after ->> 'status' AS status_after FROM test.audited();
SELECT command_name, version, status, description, default_target, owner, topic, required_modules, required_roles, availability, partition_key, ordered, sla, payload_schema
FROM command_center.list_commands() WHERE command_name = 'test.pay';
SELECT command_name, version, status FROM command_center.list_commands();
SELECT command_name, version, status FROM command_center.list_commands(status => 'draft');
SELECT command_name, version, status FROM command_center.list_commands(status => 'deprecated');
SELECT command_name FROM command_center.list_commands(module => 'finance');
SELECT command_name FROM command_center.list_commands(module => 'Finance');
SELECT command_name FROM command_center.list_commands(owner => 'finance');
SELECT command_name FROM command_center.list_commands(module => 'finance', owner => 'others');
SELECT command_center.list_commands(status => 'live');
\echo :SQLSTATE

-- Deprecation: refused from then on, and back with the next version.
SELECT command_center.deprecate_command('test.pay', 2);
\echo :SQLSTATE
SELECT command_center.deprecate_command('test.pay', 3);
SELECT command_center.deprecate_command('test.pay') IS NULL AS nothing_was_active;
SELECT command_center.deprecate_command('test.pay', 3);
\echo :SQLSTATE
SELECT action, object, before ->> 'status' AS before, after ->> 'status' AS after FROM test.audited();
SELECT command_center.execute_command('test.pay', '"a"', test.tenant());
\echo :SQLSTATE
SELECT command_name, version, status FROM command_center.list_commands() WHERE command_name = 'test.pay';
SELECT FROM command_center.register_command('test.pay', '{"maxLength": 3}', 'Pays more.', 'billing', required_modules => '{finance}');
SELECT command_name, version, status FROM command_center.list_commands() WHERE command_name = 'test.pay';
SELECT command_center.deprecate_command('test.unknown');
\echo :SQLSTATE
SELECT command_center.deprecate_command(NULL);
\echo :SQLSTATE
SELECT count(*) FROM test.audited();

-- Routes.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', expected_version => 1);
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', test.tenant(1), environment => 'staging', status => 'draft');
SELECT * FROM test.audited();
SELECT version, command_name, tenant_id, property_id, environment, policy, status FROM command_center.list_routes();
SELECT count(*) FROM command_center.list_routes('test.book');
SELECT count(*) FROM command_center.list_routes('test.pay');
SELECT tenant_id FROM command_center.list_routes(tenant_id => test.tenant(1));
SELECT tenant_id FROM command_center.list_routes(tenant_id => test.tenant(2));
SELECT tenant_id FROM command_center.list_routes(status => 'draft');
SELECT command_center.list_routes(status => 'live');
\echo :SQLSTATE
SELECT target_service FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.remove_route('test.book', expected_version => 1);
\echo :SQLSTATE
SELECT command_center.remove_route('test.book', environment => 'staging');
\echo :SQLSTATE
SELECT command_center.remove_route(NULL);
\echo :SQLSTATE
SELECT version FROM command_center.remove_route('test.book', expected_version => 2);
SELECT target_service FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.remove_route('test.book');
\echo :SQLSTATE
SELECT version FROM command_center.remove_route('test.book', test.tenant(1), environment => 'staging');
SELECT * FROM test.audited();

-- A service goes when nothing names it.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "also": ["audit"]}', test.tenant(2));
SELECT command_center.remove_service('audit');
\echo :SQLSTATE
SELECT command_center.remove_service('bookings');
SELECT command_center.set_service('spare');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}], "fallback": "spare"}', test.tenant(2), status => 'retired');
SELECT command_center.remove_service('spare');
SELECT version FROM command_center.remove_route('test.book', test.tenant(2));
SELECT command_center.remove_service('spare');
SELECT command_center.remove_service('spare') AS again;
SELECT command_center.remove_service(NULL) IS NULL AS nothing;
SELECT action, object, before, after FROM test.audited() WHERE action LIKE '%service';
-- A feature's scope is told, too.
SELECT version FROM command_center.set_feature('disabled', 'test.book', tenant_id => test.tenant(2), role => 'CLERK', environment => 'production');
SELECT version FROM command_center.remove_feature('test.book', tenant_id => test.tenant(2), role => 'CLERK', environment => 'production');
SELECT version FROM command_center.set_feature('observe', property_id => test.tenant(7));
SELECT version FROM command_center.remove_feature(NULL, property_id => test.tenant(7));
SELECT action, object FROM test.audited();

-- Modules, roles, levels.
CREATE ROLE test_someone;
SELECT command_center.enable_module(test.tenant(), 'finance'), command_center.bind_role('test_someone', test.tenant()), command_center.bind_role('test_someone', NULL);
SELECT command_center.grant_access('test_someone', 'reader'), command_center.grant_access('test_someone', 'relay');
SELECT command_center.revoke_access('test_someone', 'reader');
-- A role that was dropped and made again has neither rights nor levels, whatever setup() finds under its name: giving them anew is a change.
DROP OWNED BY test_someone;
DROP ROLE test_someone;
CREATE ROLE test_someone;
SELECT command_center.setup();
SELECT command_center.grant_access('test_someone', 'relay') AS again;
SELECT command_center.disable_module(test.tenant(), 'finance'), command_center.unbind_role('test_someone', test.tenant());
SELECT action, object, before, after FROM test.audited();

-- Shared schemas.
SELECT command_center.register_schema('https://example.test/money', '{"type": "integer"}');
SELECT command_center.register_schema('https://example.test/money', '{"type": "integer"}');
SELECT * FROM test.audited();

-- Who: the role that SET ROLE says, within the role that logged in, and whom it acts for. Why: a remark.
GRANT EXECUTE ON FUNCTION command_center.set_service TO test_someone;
BEGIN;
SET LOCAL command_center.actor = 'ana@hotel';
SET LOCAL command_center.change_reason = 'incident 12';
SET LOCAL ROLE test_someone;
SELECT command_center.set_service('remarked');
COMMIT;
SELECT session_role = session_user AS logged_in, role, action, object, actor, reason, changed_at > now() - interval '1 hour' AS recent
FROM command_center.control_audit ORDER BY audit_id DESC LIMIT 1;
SET command_center.actor = '';
SELECT command_center.set_service('remarked', 'me');
SELECT actor, reason FROM test.audited() WHERE object = 'service remarked';
DO $$ BEGIN PERFORM set_config('command_center.actor', repeat('a', 1001), true); EXCEPTION WHEN invalid_parameter_value THEN RAISE NOTICE 'refused'; END $$;
SELECT length(set_config('command_center.actor', repeat('a', 1000), true));

-- What is rolled back was not done; what a catalogue loads is audited like the rest, once.
BEGIN;
SELECT command_center.set_service('rolled-back');
ROLLBACK;
SELECT command_center.load_catalog('hotel');
SELECT action, count(*) FROM test.audited() GROUP BY action ORDER BY action;
SELECT command_center.load_catalog('hotel');
SELECT count(*) FROM test.audited();

-- A day without a partition says what to do.
DO $$
DECLARE
    hint text;
BEGIN
    EXECUTE 'DROP TABLE command_center.control_audit_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD');
    PERFORM command_center.set_feature('disabled');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RAISE NOTICE '% %', SQLSTATE, hint;
END $$;
DROP OWNED BY test_someone;
DROP ROLE test_someone;
DROP FUNCTION test.audited();
DROP TABLE test.looked;

-- A name that nobody bears is told from one that has nothing.
CALL test.start();
SELECT command_center.enable_module(test.tenant(), 'finnance');
SELECT count(*) FROM command_center.list_routes('test.bok');
SELECT count(*) FROM command_center.list_features('test.bok');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), command_name => 'test.bok', target_service => 'bokings');
SELECT count(*) FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'commandName', 'test.bok'), 'outage');
SELECT command_center.simulate_route('test.bok', '{"targets": [{"serviceId": "bookings", "weight": 1}]}');
\echo :SQLSTATE
-- A service that is gone may still say what it did with what it got.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}');
SELECT command_id FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant()) \gset
SELECT version FROM command_center.remove_route('test.book');
SELECT command_center.remove_service('audit');
SELECT command_center.acknowledge_command(test.tenant(), :'command_id', 'completed', 'audit');

-- Versions: all are listed, and any can be the active one again.
SELECT FROM command_center.register_command('test.book', '{"type": "object", "required": ["id", "nights"]}', default_target => 'bookings', partition_key => '/id');
SELECT FROM command_center.register_command('test.book', '{"type": "object", "maxProperties": 9}', default_target => 'bookings', partition_key => '/id', status => 'draft');
SELECT version, status, payload_schema -> 'required' AS required FROM command_center.list_command_versions('test.book');
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
\echo :SQLSTATE
SELECT count(*) FROM command_center.activate_command('test.book', 1, expected_version => 2);
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT version, status FROM command_center.list_command_versions('test.book');
SELECT version, status FROM command_center.list_commands();
SELECT count(*) FROM command_center.activate_command('test.book', 1);
SELECT command_center.activate_command('test.book', 3, expected_version => 2);
\echo :SQLSTATE
SELECT count(*) FROM command_center.activate_command('test.book', 3);
SELECT command_center.deprecate_command('test.book');
SELECT command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT command_center.activate_command('test.book', 2, expected_version => 3);
\echo :SQLSTATE
SELECT count(*) FROM command_center.activate_command('test.book', 2, expected_version => 0);
SELECT version, status FROM command_center.list_command_versions('test.book');
SELECT object, before -> 'version' AS before, after -> 'version' AS after FROM command_center.control_audit WHERE action = 'activate_command' ORDER BY audit_id;
SELECT command_center.activate_command('test.book', 9);
\echo :SQLSTATE
SELECT command_center.activate_command('test.book', NULL);
\echo :SQLSTATE
SELECT command_center.list_command_versions('test.bok');
\echo :SQLSTATE
-- Its key and its target are judged as they are when it is registered.
SELECT command_center.set_service('bookings', status => 'draining');
SELECT keyword, location, message FROM command_center.activate_command('test.book', 3) WHERE keyword IN ('partition_key', 'default_target', 'ordered');
SELECT command_center.set_service('bookings', status => 'healthy');
UPDATE command_center.command_templates SET ordered = true WHERE version = 3;
SELECT keyword, location, message FROM command_center.activate_command('test.book', 3) WHERE keyword IN ('partition_key', 'default_target', 'ordered');
UPDATE command_center.command_templates SET partition_key = NULL WHERE version = 3;
SELECT keyword, location, message FROM command_center.activate_command('test.book', 3) WHERE keyword IN ('partition_key', 'default_target', 'ordered');
UPDATE command_center.command_templates SET partition_key = '/id', payload_schema = '{"type": "object", "additionalProperties": false}' WHERE version = 3;
SELECT command_center.activate_command('test.book', 3);
\echo :SQLSTATE
-- It is checked again: what a newer version of the extension refuses does not come back.
UPDATE command_center.command_templates SET payload_schema = '{"type": "nothing"}' WHERE version = 1;
SELECT command_center.activate_command('test.book', 1);
\echo :SQLSTATE

-- What a tenant's modules are, and who changed what, a page at a time.
SELECT command_center.enable_module(test.tenant(), 'listed.' || n) FROM generate_series(2, 1, -1) AS n;
SELECT module FROM command_center.list_modules(test.tenant()) WHERE module LIKE 'listed.%';
SELECT command_center.list_modules(NULL);
\echo :SQLSTATE
SELECT action, object FROM command_center.list_audit(page_size => 1);
SELECT action, object FROM command_center.list_audit(page_size => 1, page_after => (SELECT max(audit_id::text)::uuid FROM command_center.control_audit));
SELECT count(*) > 2 AS all_of_them, bool_and(action = 'set_service') AS no_others FROM command_center.list_audit('set_service', page_size => 1000);
SELECT count(*) FROM command_center.list_audit(changed_before => '2020-01-01');
SELECT command_center.list_audit(page_size => 0);
\echo :SQLSTATE
SELECT command_center.list_audit(page_size => NULL);
\echo :SQLSTATE
CREATE ROLE control_reader;
SELECT command_center.grant_access('control_reader', 'reader'), command_center.bind_role('control_reader', test.tenant());
GRANT EXECUTE ON FUNCTION command_center.list_audit TO control_reader;
SELECT test.tenant() AS tenant \gset
SET ROLE control_reader;
SELECT count(*) FROM command_center.list_modules(:'tenant') WHERE module LIKE 'listed.%';
SELECT command_center.list_modules(gen_random_uuid());
\echo :SQLSTATE
SELECT command_center.list_audit();
\echo :SQLSTATE
RESET ROLE;
DROP OWNED BY control_reader;
DROP ROLE control_reader;
