-- doctor() finds what is wrong, says how bad it is and what to do, and changes nothing.
\set SHOW_CONTEXT never
CALL test.reset();
SELECT * FROM command_center.doctor();
CALL test.start();

-- A server for tests, on which no relay ever worked. Its settings are the machine's, and its catalogue has what other tests left behind.
CREATE FUNCTION test.findings(only_name text DEFAULT NULL) RETURNS TABLE (severity text, name text, finding text, remedy text) LANGUAGE sql AS $$
    SELECT * FROM command_center.doctor() AS found
    WHERE CASE WHEN only_name IS NULL THEN found.name NOT IN ('settings', 'bloat', 'old_sessions') ELSE found.name = only_name END ORDER BY name, finding
$$;
SELECT * FROM test.findings();
SELECT granted FROM command_center.acquire_lease('default', 'relay', '1 hour');
SELECT * FROM test.findings();

-- Partitions run out, or hold what nobody expects.
BEGIN;
DO $$
DECLARE
    leaf record;
BEGIN
    FOR leaf IN SELECT relname, inhparent::regclass::text AS parent FROM pg_inherits JOIN pg_class ON oid = inhrelid
        WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' AND to_date(right(relname, 8), 'YYYYMMDD') > (now() AT TIME ZONE 'UTC')::date + 6
            AND inhparent = 'command_center.command_dispatches'::regclass
        UNION ALL
        SELECT relname, '' FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'command_center.publisher_leases'::regclass
    LOOP
        EXECUTE format('DROP TABLE command_center.%I', leaf.relname);
    END LOOP;
END $$;
CREATE TABLE command_center.others PARTITION OF command_center.command_dispatches DEFAULT;
SELECT * FROM test.findings();
ROLLBACK;

-- What is due long ago: by the time in the id, a message of 2020 that nobody published.
BEGIN;
CREATE TABLE command_center.transactional_outbox_20200101 PARTITION OF command_center.transactional_outbox
    FOR VALUES FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016f638d-4400-0000-0000-000000000000');
INSERT INTO command_center.transactional_outbox
VALUES (1, pg_current_xact_id(), test.tenant(), '016f5e66-e800-7000-8000-000000000000', test.tenant(), 'commands.primary', 'k', '{}', '{}');
SELECT * FROM test.findings();
SET LOCAL command_center.outbox_retention = -1;
SELECT * FROM test.findings();
SELECT * FROM test.findings('settings') WHERE finding LIKE 'command_center%';
ROLLBACK;

-- Publishers: none, and one of another database.
BEGIN;
UPDATE command_center.publishers SET identity = 'another';
SELECT * FROM test.findings();
DELETE FROM command_center.publishers;
SELECT * FROM test.findings();
ROLLBACK;

-- Rights.
BEGIN;
CREATE ROLE test_curious;
GRANT SELECT ON command_center.command_dispatches TO test_curious;
ALTER TABLE command_center.command_dispatches DISABLE ROW LEVEL SECURITY;
GRANT EXECUTE ON FUNCTION command_center.maintain TO PUBLIC;
GRANT SELECT ON command_center.services TO PUBLIC;
GRANT CREATE ON SCHEMA command_center TO PUBLIC;
ALTER TABLE command_center.services OWNER TO test_curious;
SELECT * FROM test.findings();
ROLLBACK;

-- Handlers, steps, sequences, tables that a crash empties.
BEGIN;
UPDATE command_center.services SET handler = 'public.gone(jsonb)' WHERE service_id = 'audit';
DELETE FROM command_center.setup_steps WHERE name = 'services';
INSERT INTO command_center.setup_steps (step, name) VALUES (10000, 'of_the_future');
ALTER SEQUENCE command_center.outbox_position CACHE 10;
CREATE UNLOGGED TABLE command_center.scratch (n integer);
SELECT * FROM test.findings();
ROLLBACK;

-- Sessions from before an update, as this one is then; the steps of one setup() are no update.
SELECT * FROM test.findings('old_sessions');
BEGIN;
UPDATE command_center.setup_steps SET done_at = now() + interval '1 hour' WHERE name = 'health';
SELECT severity, regexp_replace(finding, '[0-9]+', '…') AS finding, remedy FROM test.findings('old_sessions');
ROLLBACK;

-- An older version of the extension, and an index that a REINDEX CONCURRENTLY left behind.
BEGIN;
UPDATE pg_extension SET extversion = '0.1.0' WHERE extname = 'command_center';
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'command_center.services_pkey'::regclass;
SELECT severity, name, regexp_replace(finding, 'version [0-9.]+ is', 'version … is') AS finding, remedy FROM test.findings()
WHERE name IN ('extension_version', 'invalid_index');
ROLLBACK;

-- So many days that a list of all of them fills a good part of the lock table.
BEGIN;
DO $$ BEGIN
    FOR n IN 1..70 LOOP
        EXECUTE format('CREATE TABLE command_center.%I PARTITION OF command_center.command_dispatches FOR VALUES FROM (%L) TO (%L)',
            'command_dispatches_' || to_char(date '2020-01-01' + n, 'YYYYMMDD'), lpad(to_hex(n), 12, '0') || repeat('0', 20), lpad(to_hex(n + 1), 12, '0') || repeat('0', 20));
    END LOOP;
END $$;
SELECT severity, finding, remedy FROM test.findings('settings') WHERE finding LIKE 'max_locks%';
ROLLBACK;

-- A check that cannot be made is a finding, too.
BEGIN;
ALTER TABLE command_center.services RENAME TO hidden;
SELECT * FROM test.findings();
ROLLBACK;
SELECT * FROM test.findings();
-- What setup() makes besides tables is compared with its steps; who made it otherwise is told which step to look at.
CREATE FUNCTION test.unlike_setup() RETURNS TABLE (severity text, name text, finding text, remedy text) LANGUAGE sql AS $$
    SELECT * FROM command_center.doctor() AS found WHERE found.name IN ('functions', 'policies', 'views', 'table_shape', 'distributed_policies', 'announce_change', 'doctor') ORDER BY name, finding
$$;
BEGIN;
ALTER TABLE command_center.dispatch_events DISABLE ROW LEVEL SECURITY;
DROP POLICY command_routes_of_own_tenants ON command_center.command_routes;
ALTER POLICY command_dispatches_of_own_tenants ON command_center.command_dispatches USING (tenant_id IS NOT NULL);
ALTER POLICY tenant_modules_of_own_tenants ON command_center.tenant_modules TO pg_monitor;
CREATE POLICY of_mine ON command_center.services USING (true);
CREATE OR REPLACE FUNCTION command_center.is_operator(role name) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
ALTER FUNCTION command_center.held_roles OWNER TO pg_monitor;
ALTER FUNCTION command_center.catalogue_changed RESET search_path;
DROP FUNCTION command_center.visible_tenant_array;
ALTER FUNCTION command_center.setup OWNER TO pg_monitor;
CREATE FUNCTION command_center.of_mine() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
SELECT * FROM test.unlike_setup();
ROLLBACK;
BEGIN;
ALTER TABLE command_center.services RENAME handler TO hidden;
ALTER TABLE command_center.topics ALTER version TYPE bigint;
ALTER TABLE command_center.event_types DROP CONSTRAINT event_types_pkey;
DROP TABLE command_center.shared_schemas;
ALTER VIEW command_center.outbox_status OWNER TO pg_monitor;
CREATE OR REPLACE VIEW command_center.health AS SELECT 'all'::text AS name, 'ok'::text AS severity, 'nothing' COLLATE "C" AS finding;
SELECT * FROM test.unlike_setup();
ROLLBACK;
-- Policies of a cluster are compared with those that use_distributed_policies() makes.
BEGIN;
CREATE ROLE test_every;
SELECT command_center.use_distributed_policies('test_every') > 0 AS changed;
SELECT * FROM test.unlike_setup();
ALTER POLICY command_dispatches_of_own_tenants ON command_center.command_dispatches USING (true);
ALTER POLICY tenant_roles_for_every_tenant ON command_center.tenant_roles USING (true);
SELECT * FROM test.unlike_setup();
ROLLBACK;
-- A step that is undone by a namesake with other parameters is not there.
BEGIN;
ALTER FUNCTION command_center.held_roles RENAME TO gone;
CREATE FUNCTION command_center.held_roles(role text) RETURNS SETOF text LANGUAGE sql AS 'SELECT role';
SELECT * FROM test.unlike_setup();
ROLLBACK;
SELECT * FROM test.unlike_setup();
DROP FUNCTION test.unlike_setup;
-- An owner of the tables who is no superuser is told what it cannot see or set, and by which grant it can.
BEGIN;
CREATE ROLE test_owner;
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('ALTER %s %s OWNER TO test_owner', CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass)
        FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'S', 'v')
        UNION ALL SELECT 'GRANT ALL ON SCHEMA command_center TO test_owner'
        UNION ALL SELECT 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA command_center TO test_owner'
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
SET LOCAL command_center.outbox_retention = -1;
SELECT severity, name, finding, remedy FROM command_center.doctor() WHERE name = 'monitoring' OR finding LIKE ANY ('{command_center.%,could not look%}') ORDER BY name, finding;
GRANT pg_monitor TO test_owner;
GRANT SET ON PARAMETER command_center.outbox_retention TO test_owner;
SELECT severity, name, finding, remedy FROM command_center.doctor() WHERE name = 'monitoring' OR finding LIKE ANY ('{command_center.%,could not look%}') ORDER BY name, finding;
ROLLBACK;
-- Bloat, by the statistics of the server.
CREATE TABLE command_center.bloated (n integer) WITH (autovacuum_enabled = false);
INSERT INTO command_center.bloated SELECT generate_series(1, 10001);
DELETE FROM command_center.bloated;
SELECT pg_stat_force_next_flush();
SELECT finding FROM test.findings('bloat') WHERE finding LIKE 'command_center%';
DROP TABLE command_center.bloated;
DROP FUNCTION test.findings;
