-- Rights are a role's, not a name's: who gets the name of another role gets none of its rights, and who is renamed keeps its own.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE FUNCTION test.ask(role name, tenant integer DEFAULT 1) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', role, true);
    RETURN (command_center.execute_command('test.book', '{"id": "r"}', ('00000000-0000-0000-0000-00000000000' || tenant)::uuid)).status;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
-- What a role sees of another's dispatches, by row security.
CREATE FUNCTION test.sees(role name) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM set_config('role', role, true);
    SELECT count(*) INTO rows FROM command_center.command_dispatches;
    PERFORM set_config('role', 'none', true);
    RETURN rows;
END $$;
CREATE VIEW test.given AS
    SELECT 'level ' || level AS what, role, split_part(role_identity, '.', 2)::oid::regrole AS meant FROM command_center.access_grants
    UNION ALL
    SELECT coalesce('tenant ' || right(tenant_id::text, 1), 'every tenant'), role, split_part(role_identity, '.', 2)::oid::regrole FROM command_center.tenant_roles ORDER BY 1, 2;

CREATE ROLE test_q1;
SELECT command_center.grant_access('test_q1', 'dispatcher'), command_center.grant_access('test_q1', 'reader'), command_center.bind_role('test_q1', test.tenant());
SELECT test.ask('test_q1');
SELECT test.sees('test_q1');
-- Renamed, and another takes the name.
ALTER ROLE test_q1 RENAME TO test_q2;
CREATE ROLE test_q1;
GRANT USAGE ON SCHEMA command_center TO test_q1;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_q1;
GRANT SELECT ON ALL TABLES IN SCHEMA command_center TO test_q1;
SELECT test.ask('test_q1'), test.ask('test_q2');
SELECT test.sees('test_q1');
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'roles' ORDER BY 2;
SELECT * FROM test.given;
SELECT command_center.maintain();
SELECT * FROM test.given;
SELECT test.sees('test_q1'), test.sees('test_q2');
SELECT count(*) FROM command_center.doctor() WHERE name = 'roles';
-- The extension goes and comes back; setup() gives rights to whom they belong.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA command_center FROM test_q1;
REVOKE ALL ON ALL TABLES IN SCHEMA command_center FROM test_q1;
ALTER ROLE test_q2 RENAME TO test_q3;
SET client_min_messages = warning;
DROP EXTENSION command_center;
CREATE EXTENSION command_center;
RESET client_min_messages;
SELECT command_center.setup();
SELECT test.ask('test_q1'), test.ask('test_q3');
SELECT has_function_privilege('test_q1', 'command_center.list_services(text, text)', 'EXECUTE') AS q1, has_function_privilege('test_q3', 'command_center.list_services(text, text)', 'EXECUTE') AS q3;
-- Both have rights for one tenant, and change names.
SELECT command_center.grant_access('test_q1', 'dispatcher'), command_center.bind_role('test_q1', test.tenant()), command_center.bind_role('test_q1', test.tenant(2));
ALTER ROLE test_q1 RENAME TO test_q0;
ALTER ROLE test_q3 RENAME TO test_q1;
ALTER ROLE test_q0 RENAME TO test_q3;
SELECT test.ask('test_q1', 2) AS q1, test.ask('test_q3', 2) AS q3;
SELECT command_center.bind_role('test_q3', test.tenant(3));
SELECT test.ask('test_q1', 2) AS q1, test.ask('test_q3', 2) AS q3, test.ask('test_q3', 3) AS also_q3;
SELECT * FROM test.given;

-- Dropped, and made again.
CREATE ROLE test_carl;
SELECT command_center.grant_access('test_carl', 'dispatcher'), command_center.bind_role('test_carl', test.tenant()), command_center.bind_role('test_carl', NULL);
SELECT test.ask('test_carl', 2);
DROP OWNED BY test_carl;
DROP ROLE test_carl;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'roles' ORDER BY 2;
CREATE ROLE test_carl;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'roles' ORDER BY 2;
SELECT command_center.setup();
SELECT has_function_privilege('test_carl', 'command_center.list_services(text, text)', 'EXECUTE') AS by_name;
SELECT command_center.grant_access('test_carl', 'dispatcher');
SELECT test.ask('test_carl', 1), test.ask('test_carl', 2);
SELECT command_center.bind_role('test_carl', test.tenant(2));
SELECT test.ask('test_carl', 1), test.ask('test_carl', 2);
SELECT command_center.bind_role('test_carl', test.tenant(1));
SELECT test.ask('test_carl', 1), test.ask('test_carl', 2);
SELECT command_center.unbind_role('test_carl', NULL);
SELECT count(*) FROM command_center.doctor() WHERE name = 'roles';
-- An operator's level, too.
SELECT command_center.grant_access('test_carl', 'operator');
DROP OWNED BY test_carl;
DROP ROLE test_carl;
CREATE ROLE test_carl;
GRANT USAGE ON SCHEMA command_center TO test_carl;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_carl;
GRANT SELECT ON ALL TABLES IN SCHEMA command_center TO test_carl;
SELECT test.ask('test_carl', 3), test.sees('test_carl');
SELECT command_center.revoke_access('test_carl', 'operator');
GRANT USAGE ON SCHEMA command_center TO test_carl;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_carl;
GRANT SELECT ON ALL TABLES IN SCHEMA command_center TO test_carl;

-- By a dump, rights come with the names of another cluster; they are those of the roles that have these names until maintain() has
-- written down which ones that are. What is written by hand has no identity.
UPDATE command_center.tenant_roles SET role_identity = '1.10' WHERE role = 'test_carl';
INSERT INTO command_center.tenant_roles (tenant_id, role) VALUES (test.tenant(4), 'test_carl');
SELECT test.ask('test_carl', 1), test.ask('test_carl', 4);
SELECT test.sees('test_carl') > 0 AS sees;
SELECT command_center.maintain();
SELECT * FROM test.given WHERE role = 'test_carl' AND what LIKE 'tenant%';
DROP OWNED BY test_carl;
DROP ROLE test_carl;
CREATE ROLE test_carl;
GRANT USAGE ON SCHEMA command_center TO test_carl;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_carl;
SELECT test.ask('test_carl', 1), test.ask('test_carl', 4);

-- Before setup() has added the column, names decide, as they did.
ALTER TABLE command_center.tenant_roles RENAME COLUMN role_identity TO hidden;
SELECT command_center.bind_role('test_carl', test.tenant(5)), command_center.bind_role('test_carl', test.tenant(5)) AS again;
SELECT test.ask('test_carl', 4), test.ask('test_carl', 5), test.ask('test_carl', 6);
SELECT command_center.grant_access('test_carl', 'reader');
ALTER TABLE command_center.tenant_roles RENAME COLUMN hidden TO role_identity;

DROP VIEW test.given;
DROP FUNCTION test.ask, test.sees;
DROP OWNED BY test_q1, test_q3, test_carl;
DROP ROLE test_q1, test_q3, test_carl;
