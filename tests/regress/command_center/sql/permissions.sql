-- A command is for the tenant's roles, the tenant's modules and the initiator's role; what is missing is said, and which call gives it.
\set SHOW_CONTEXT never
CALL test.start();
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{billing,finance}', required_roles => '{ADMIN,CLERK}');
CREATE ROLE test_app;
CREATE ROLE test_group;
SELECT command_center.grant_access('test_app', 'dispatcher');
PREPARE book(integer) AS SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant($1));
PREPARE guarded(jsonb) AS SELECT status FROM command_center.execute_command('test.guarded', '1', test.tenant(), $1);
GRANT USAGE ON SCHEMA test TO test_app;

-- A role that is bound to none may act for none. The tenant is not named: it may be another's.
SET ROLE test_app;
EXECUTE book(1);
\echo :SQLSTATE
RESET ROLE;
SELECT command_center.bind_role('test_app', test.tenant(1));
SELECT command_center.bind_role('test_app', test.tenant(1)) AS again;
SET ROLE test_app;
EXECUTE book(1);
EXECUTE book(2);
\echo :SQLSTATE
RESET ROLE;
SELECT command_center.unbind_role('test_app', NULL) AS had_no_binding_to_every_tenant;
SELECT command_center.unbind_role('test_app', test.tenant(1));
SET ROLE test_app;
EXECUTE book(1);
\echo :SQLSTATE
RESET ROLE;

-- One row says every tenant.
SELECT command_center.bind_role('test_app', NULL);
SELECT command_center.bind_role('test_app', NULL) AS again;
SET ROLE test_app;
EXECUTE book(1);
EXECUTE book(2);
RESET ROLE;
SELECT command_center.unbind_role('test_app', NULL);

-- A binding is inherited like any right, and only so; a change of roles takes effect with the next statement.
SELECT command_center.bind_role('test_group', test.tenant(1));
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;
GRANT test_group TO test_app;
SET ROLE test_app;
EXECUTE book(1);
EXECUTE book(2);
RESET ROLE;
ALTER ROLE test_group RENAME TO test_renamed;
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;
ALTER ROLE test_renamed RENAME TO test_group;
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;
REVOKE test_group FROM test_app;
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;
SELECT command_center.unbind_role('test_group', test.tenant(1));

-- The caller is the current user: a function that runs as its owner acts for the tenants of its owner.
SELECT command_center.bind_role('test_group', test.tenant(1));
SELECT command_center.grant_access('test_group', 'dispatcher');
GRANT USAGE ON SCHEMA test TO test_group;
CREATE FUNCTION test.book_as_owner() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant(1)) $$;
ALTER FUNCTION test.book_as_owner() OWNER TO test_group;
SET ROLE test_app;
SELECT test.book_as_owner();
EXECUTE book(1);
RESET ROLE;
DROP FUNCTION test.book_as_owner();

-- Operators act for every tenant, and stop when the level goes.
SELECT command_center.grant_access('test_app', 'operator');
SET ROLE test_app;
EXECUTE book(2);
RESET ROLE;
SELECT command_center.revoke_access('test_app', 'operator');
SET ROLE test_app;
EXECUTE book(2);
\echo :SQLSTATE
RESET ROLE;

-- Bindings that are rolled back never were.
BEGIN;
SAVEPOINT before;
SELECT command_center.bind_role('test_app', test.tenant(1));
SET LOCAL ROLE test_app;
EXECUTE book(1);
ROLLBACK TO before;
SET LOCAL ROLE test_app;
EXECUTE book(1);
ROLLBACK;

-- Modules, all of them; then the role of the initiator.
EXECUTE guarded('{"role": "ADMIN"}');
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), 'billing');
SELECT command_center.enable_module(test.tenant(), 'billing') AS again;
SELECT command_center.enable_module(test.tenant(2), 'finance');
EXECUTE guarded('{"role": "ADMIN"}');
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), 'finance');
EXECUTE guarded('{"role": "ADMIN"}');
EXECUTE guarded('{"role": "GUEST"}');
\echo :SQLSTATE
EXECUTE guarded('{"role": ["ADMIN"]}');
EXECUTE guarded('{"role": ""}');
EXECUTE guarded('{}');
EXECUTE guarded(NULL);
SELECT command_center.disable_module(test.tenant(), 'billing');
SELECT command_center.disable_module(test.tenant(), 'billing') AS again;
EXECUTE guarded('{"role": "CLERK"}');
\echo :SQLSTATE

-- Who may not act for a tenant learns nothing of its modules, and cannot change them with the right to the function alone.
SELECT command_center.bind_role('test_app', test.tenant(2));
GRANT EXECUTE ON FUNCTION command_center.enable_module, command_center.disable_module, command_center.set_route, command_center.remove_route,
    command_center.set_feature, command_center.remove_feature, command_center.simulate_route, command_center.bind_role,
    command_center.unbind_role TO test_app;
SET ROLE test_app;
EXECUTE guarded('{"role": "CLERK"}');
SELECT command_center.enable_module(test.tenant(1), 'billing');
\echo :SQLSTATE
SELECT command_center.disable_module(test.tenant(1), 'billing');
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(2), 'billing');
SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', test.tenant(1));
\echo :SQLSTATE
SELECT command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}');
\echo :SQLSTATE
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', test.tenant(2));
SELECT command_center.remove_route('test.book');
\echo :SQLSTATE
SELECT version FROM command_center.remove_route('test.book', test.tenant(2));
SELECT command_center.set_feature('disabled', tenant_id => test.tenant(1));
\echo :SQLSTATE
SELECT command_center.set_feature('disabled');
\echo :SQLSTATE
SELECT command_center.remove_feature(tenant_id => test.tenant(1));
\echo :SQLSTATE
SELECT command_center.simulate_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}');
\echo :SQLSTATE
SELECT command_center.bind_role('test_app', NULL);
\echo :SQLSTATE
SELECT command_center.bind_role('test_app', test.tenant(1));
\echo :SQLSTATE
SELECT command_center.unbind_role('test_group', test.tenant(1));
\echo :SQLSTATE
SELECT command_center.bind_role('test_group', test.tenant(2)), command_center.unbind_role('test_group', test.tenant(2));
RESET ROLE;

-- Arguments.
SELECT command_center.bind_role('nobody', test.tenant());
\echo :SQLSTATE
SELECT command_center.bind_role('public', test.tenant());
\echo :SQLSTATE
SELECT command_center.bind_role(NULL, test.tenant());
\echo :SQLSTATE
SELECT command_center.unbind_role('nobody', test.tenant());
SELECT command_center.enable_module(NULL, 'billing');
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), NULL);
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), '');
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), repeat('m', 201));
\echo :SQLSTATE
SELECT command_center.enable_module(test.tenant(), repeat('m', 200));
SELECT command_center.grant_access('test_app', 'owner');
\echo :SQLSTATE
SELECT command_center.grant_access('nobody', 'reader');
\echo :SQLSTATE
SELECT command_center.grant_access(NULL, 'reader') IS NULL AS nothing;
SELECT command_center.revoke_access('test_app', 'owner');
\echo :SQLSTATE

-- grant_access again changes nothing, not even a row of the server's catalogue; revoke_access leaves what another level gives.
SELECT command_center.grant_access('test_group', 'reader');
SELECT xmin AS before FROM pg_proc WHERE oid = 'command_center.list_services'::regproc \gset
SELECT command_center.grant_access('test_group', 'reader') AS again;
SELECT xmin = :'before' AS untouched FROM pg_proc WHERE oid = 'command_center.list_services'::regproc;
SELECT command_center.revoke_access('test_group', 'reader');
SELECT has_function_privilege('test_group', 'command_center.list_services(text, text)', 'EXECUTE') AS still_a_dispatcher,
    has_table_privilege('test_group', 'command_center.services', 'SELECT') AS still_a_reader;
SELECT command_center.revoke_access('test_group', 'reader') AS again;
SELECT command_center.revoke_access('test_group', 'dispatcher');
SELECT count(*) AS rights_left FROM (
    SELECT proacl AS acl FROM pg_proc UNION ALL SELECT relacl FROM pg_class UNION ALL SELECT nspacl FROM pg_namespace WHERE nspname = 'command_center') AS object
WHERE array_to_string(acl, ',') LIKE '%test\_group=%';

-- A name that needs quotes is a name.
CREATE ROLE "test ""quoted"" role; --";
SELECT command_center.grant_access('test "quoted" role; --', 'dispatcher');
SELECT command_center.bind_role('test "quoted" role; --', test.tenant());
GRANT USAGE ON SCHEMA test TO "test ""quoted"" role; --";
SET ROLE "test ""quoted"" role; --";
EXECUTE book(1);
EXECUTE book(2);
RESET ROLE;

-- An admin who owns nothing gives rights; setup() gives them again when they are gone, and what a version has added.
CREATE ROLE test_admin;
SELECT command_center.grant_access('test_admin', 'admin');
SET ROLE test_admin;
SELECT command_center.grant_access('test_app', 'reader');
SELECT command_center.bind_role('test_app', '00000000-0000-0000-0000-000000000003');
SELECT command_center.setup();
\echo :SQLSTATE
RESET ROLE;
REVOKE EXECUTE ON FUNCTION command_center.list_services FROM test_app;
SELECT command_center.setup();
SELECT has_function_privilege('test_app', 'command_center.list_services(text, text)', 'EXECUTE') AS given_again;

-- A role that is gone can be forgotten.
REVOKE USAGE ON SCHEMA test FROM "test ""quoted"" role; --";
DROP OWNED BY "test ""quoted"" role; --";
DROP ROLE "test ""quoted"" role; --";
SELECT command_center.setup();
SELECT command_center.unbind_role('test "quoted" role; --', test.tenant()), command_center.revoke_access('test "quoted" role; --', 'dispatcher');

-- The owner of the tables needs no binding, whoever that is; nor does the first setup() bind whom it was told of before.
DROP EXTENSION command_center;
SET client_min_messages = warning;
DROP SCHEMA command_center CASCADE;
RESET client_min_messages;
CREATE EXTENSION command_center;
CREATE ROLE test_owner;
GRANT USAGE, CREATE ON SCHEMA command_center TO test_owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_owner;
GRANT USAGE ON SCHEMA test TO test_owner;
SET ROLE test_owner;
SELECT command_center.setup() > 0 AS took_steps;
SELECT command_center.set_service('bookings');
SELECT FROM command_center.register_command('test.book', 'true', default_target => 'bookings');
EXECUTE book(1);
RESET ROLE;
SELECT count(*) AS bindings FROM command_center.tenant_roles;
-- Another role's setup() would leave tables that the functions cannot read.
SELECT command_center.setup();
\echo :SQLSTATE
REVOKE EXECUTE ON FUNCTION command_center.grant_access FROM test_owner;
SET ROLE test_owner;
SELECT command_center.setup();
RESET ROLE;
-- Nobody else may by owning nothing.
SELECT command_center.grant_access('test_app', 'dispatcher');
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;
SELECT command_center.bind_role('test_app', test.tenant(1));
SET ROLE test_app;
EXECUTE book(1);
RESET ROLE;

-- What that owner hangs on its tables runs as that owner, not as the owner of the extension, nor as a superuser who calls: not in a trigger, not
-- by a search path that a trigger leaves behind, not at the end of the transaction.
CREATE SCHEMA test_owned AUTHORIZATION test_owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_owner;
SET ROLE test_owner;
GRANT USAGE ON SCHEMA test_owned TO PUBLIC;
CREATE FUNCTION test_owned.rise() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ALTER ROLE test_owner SUPERUSER;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'refused to %', current_user;
END $$;
CREATE FUNCTION test_owned.seize() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM test_owned.rise();
    PERFORM set_config('search_path', 'test_owned, pg_catalog', false);
    RETURN coalesce(new, old);
END $$;
CREATE FUNCTION test_owned.equal(text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user AND rolsuper) THEN
        ALTER ROLE test_owner SUPERUSER;
    END IF;
    RETURN $1 OPERATOR(pg_catalog.=) $2;
END $$;
CREATE OPERATOR test_owned.= (LEFTARG = text, RIGHTARG = text, FUNCTION = test_owned.equal);
CREATE TRIGGER planted_before BEFORE INSERT OR DELETE ON command_center.access_grants FOR EACH ROW EXECUTE FUNCTION test_owned.seize();
CREATE TRIGGER planted_after AFTER INSERT OR DELETE ON command_center.access_grants FOR EACH ROW EXECUTE FUNCTION test_owned.seize();
RESET ROLE;
SET search_path = pg_catalog;
SELECT command_center.grant_access('test_app', 'relay');
SELECT command_center.revoke_access('test_app', 'relay');
SHOW search_path;
RESET search_path;
SET ROLE test_owner;
SELECT command_center.grant_access('test_app', 'relay');
RESET ROLE;
SET ROLE test_owner;
DROP TRIGGER planted_before ON command_center.access_grants;
DROP TRIGGER planted_after ON command_center.access_grants;
CREATE CONSTRAINT TRIGGER planted_later AFTER INSERT ON command_center.access_grants DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION test_owned.seize();
RESET ROLE;
SELECT command_center.grant_access('test_group', 'relay');
\echo :SQLSTATE
SELECT rolsuper FROM pg_roles WHERE rolname = 'test_owner';
SELECT has_function_privilege('test_app', 'command_center.acquire_lease(text, text, interval)', 'EXECUTE') AS test_app,
    has_function_privilege('test_group', 'command_center.acquire_lease(text, text, interval)', 'EXECUTE') AS test_group;

DROP OWNED BY test_app, test_group, test_admin, test_owner CASCADE;
DROP ROLE test_app, test_group, test_admin, test_owner;
