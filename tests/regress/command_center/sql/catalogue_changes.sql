-- A plain change of a table that is kept in caches takes effect with the next statement, by whatever way it is made.
\set SHOW_CONTEXT never
CALL test.start();

-- Every table is either watched or never kept by a session: a new one belongs to installation.cpp or, with a reason, here.
SELECT relname AS watched_by, string_agg(format('%s %s', tgname, tgenabled), ', ' ORDER BY tgname) AS triggers
FROM pg_class LEFT JOIN pg_trigger ON tgrelid = pg_class.oid AND NOT tgisinternal
WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' AND NOT relispartition GROUP BY relname ORDER BY relname;

CREATE ROLE test_app;
SELECT command_center.grant_access('test_app', 'dispatcher');
CREATE FUNCTION test.ask() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE test_app;
    RETURN (command_center.execute_command('test.book', '{"id": "r"}', '00000000-0000-0000-0000-000000000001')).target_service;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT test.ask();
-- By statements.
INSERT INTO command_center.tenant_roles (tenant_id, role) VALUES (test.tenant(), 'test_app');
SELECT test.ask();
RESET ROLE;
DELETE FROM command_center.tenant_roles WHERE role = 'test_app';
SELECT test.ask();
RESET ROLE;
INSERT INTO command_center.tenant_roles (tenant_id, role) VALUES (test.tenant(2), 'test_app');
SELECT test.ask();
RESET ROLE;
UPDATE command_center.tenant_roles SET tenant_id = NULL WHERE role = 'test_app';
SELECT test.ask();
RESET ROLE;
TRUNCATE command_center.tenant_roles;
SELECT test.ask();
RESET ROLE;
COPY command_center.tenant_roles (tenant_id, role) FROM STDIN;
00000000-0000-0000-0000-000000000001	test_app
\.
SELECT test.ask();
RESET ROLE;
-- As a tool that replicates by statements.
SET session_replication_role = replica;
DELETE FROM command_center.tenant_roles;
SELECT test.ask();
RESET ROLE;
INSERT INTO command_center.tenant_roles (tenant_id, role) VALUES (test.tenant(), 'test_app');
SELECT test.ask();
RESET ROLE;
RESET session_replication_role;
-- The other tables.
UPDATE command_center.services SET status = 'down';
SELECT test.ask();
RESET ROLE;
UPDATE command_center.services SET status = 'healthy';
SELECT test.ask();
RESET ROLE;
INSERT INTO command_center.command_routes (route_id, command_name, policy)
VALUES (gen_random_uuid(), 'test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}');
SELECT test.ask();
RESET ROLE;
DELETE FROM command_center.command_routes;
INSERT INTO command_center.command_features (feature_id, status) VALUES (gen_random_uuid(), 'disabled');
SELECT test.ask();
RESET ROLE;
DELETE FROM command_center.command_features;
UPDATE command_center.command_templates SET status = 'deprecated';
SELECT test.ask();
RESET ROLE;
UPDATE command_center.command_templates SET status = 'active';
SELECT test.ask();
RESET ROLE;
-- What is rolled back never was.
BEGIN;
DELETE FROM command_center.tenant_roles;
SELECT test.ask();
ROLLBACK;
SELECT test.ask();
RESET ROLE;

-- While the extension is away the tables can be changed, and when it is back that counts.
SET client_min_messages = warning;
DROP EXTENSION command_center;
UPDATE command_center.services SET status = 'down';
CREATE EXTENSION command_center;
RESET client_min_messages;
SELECT command_center.setup();
SELECT test.ask();
RESET ROLE;
UPDATE command_center.services SET status = 'healthy';

-- An owner of the tables who may not call the function changes them all the same, and doctor() says what that costs.
CREATE ROLE test_owner;
BEGIN;
DO $$
DECLARE
    name text;
BEGIN
    GRANT ALL ON SCHEMA command_center TO test_owner;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO test_owner', name);
    END LOOP;
    ALTER FUNCTION command_center.catalogue_changed() OWNER TO test_owner;
END $$;
UPDATE command_center.services SET status = 'down';
SELECT finding, remedy FROM command_center.doctor() WHERE name IN ('announce_change', 'catalogue_triggers');
GRANT EXECUTE ON FUNCTION command_center.announce_change TO test_owner;
UPDATE command_center.services SET owner = 'me';
SELECT test.ask();
RESET ROLE;
SELECT finding, remedy FROM command_center.doctor() WHERE name IN ('announce_change', 'catalogue_triggers');
ROLLBACK;
-- It is for the owner of the table.
GRANT USAGE ON SCHEMA command_center TO test_owner;
GRANT EXECUTE ON FUNCTION command_center.announce_change TO test_owner;
SET ROLE test_owner;
SELECT command_center.announce_change('command_center.services');
\echo :SQLSTATE
SELECT command_center.announce_change('0');
\echo :SQLSTATE
RESET ROLE;

-- pg_restore --disable-triggers leaves them enabled as ordinary ones; maintain() makes them what they were, and what is missing.
ALTER TABLE command_center.services DISABLE TRIGGER ALL;
ALTER TABLE command_center.services ENABLE TRIGGER ALL;
DROP TRIGGER catalogue_changed ON command_center.tenant_roles;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'catalogue_triggers';
SELECT command_center.maintain();
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'catalogue_triggers';
SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger
WHERE tgrelid IN ('command_center.services'::regclass, 'command_center.tenant_roles'::regclass) AND NOT tgisinternal ORDER BY 1, 2;

DROP FUNCTION test.ask;
DROP OWNED BY test_app, test_owner;
DROP ROLE test_app, test_owner;
