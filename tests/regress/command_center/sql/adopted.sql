-- setup() adopts the tables that a dump of the schema alone has brought, and adds the rows without which nothing works.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.plain AS SELECT * FROM test.catalogue();
CREATE TABLE test.identity AS SELECT * FROM command_center.installation;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());

-- A dump of the schema alone: pg_dump's own.
SELECT current_database() AS tested \gset
CREATE DATABASE command_center_adopted TEMPLATE template0;
\setenv TESTED :tested
\! pg_dump --schema-only --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
\c command_center_adopted
\set SHOW_CONTEXT never
SELECT count(*) AS steps FROM command_center.setup_steps;
-- A step that says the same again may run again.
SELECT command_center.setup() IS NOT NULL AS called;
SELECT command_center.setup() AS again;
SELECT count(*) FROM command_center.setup_steps WHERE name NOT IN (SELECT name FROM command_center.setup_definitions());
SELECT (SELECT count(*) FROM command_center.installation) AS installations, identity = command_center.database_identity() AS is_its_own
FROM command_center.publishers;
SELECT environment, is_open FROM command_center.environments;
SELECT severity, name, finding FROM command_center.doctor() WHERE severity = 'error' AND name <> 'settings';
SELECT command_center.set_service('bookings'), command_center.register_command('test.book', '{}', default_target => 'bookings');
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT messages FROM command_center.next_batch('default', 0);
-- What stands is what a new database has.
\! pg_dump --data-only --table=test.plain --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
SELECT 'only new' AS side, * FROM (TABLE test.plain EXCEPT SELECT * FROM test.catalogue()) AS missing
UNION ALL
SELECT 'only adopted', * FROM (SELECT * FROM test.catalogue() EXCEPT TABLE test.plain) AS extra
ORDER BY 1, 2, 3;
\c :tested
\set SHOW_CONTEXT never
DROP DATABASE command_center_adopted;

-- The data of the same dump, restored before setup() is called: everything is as it was.
CREATE DATABASE command_center_adopted TEMPLATE template0;
\! pg_dump --schema-only --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
\! pg_dump --data-only --disable-triggers --schema=command_center --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
\! pg_dump --data-only --table=test.identity --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
\c command_center_adopted
\set SHOW_CONTEXT never
SELECT command_center.setup() AS steps;
SELECT count(*) AS same FROM command_center.installation JOIN test.identity USING (database_uuid);
SELECT severity, name FROM command_center.doctor() WHERE severity = 'error' AND name <> 'settings';
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
SELECT count(*) AS dispatches FROM command_center.command_dispatches;
\c :tested
\set SHOW_CONTEXT never
DROP DATABASE command_center_adopted;

-- The same after setup(), once what it wrote is gone: these tables and no more, as docs/operations.md lists them.
CREATE DATABASE command_center_adopted TEMPLATE template0;
\! pg_dump --schema-only --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
\c command_center_adopted
\set SHOW_CONTEXT never
-- Had the restore stopped half way, doctor() would say what lacks.
BEGIN;
DROP FUNCTION command_center.visible_tenant_array;
DROP POLICY dispatch_deadlines_of_own_tenants ON command_center.dispatch_deadlines;
ALTER TABLE command_center.dispatch_deadlines DISABLE ROW LEVEL SECURITY;
SELECT command_center.setup() IS NOT NULL AS set_up;
SELECT severity, name, finding FROM command_center.doctor() WHERE name IN ('functions', 'policies', 'views', 'table_shape') ORDER BY 2, 3;
ROLLBACK;
SELECT command_center.setup() IS NOT NULL AS set_up;
TRUNCATE command_center.setup_steps, command_center.installation, command_center.publishers, command_center.lock_secret, command_center.environments;
DO $$
DECLARE
    relation regclass;
    has_rows boolean;
BEGIN
    FOR relation IN SELECT oid FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation) INTO has_rows;
        IF has_rows THEN RAISE WARNING 'setup() wrote into %', relation; END IF;
    END LOOP;
END $$;
\! pg_dump --data-only --disable-triggers --schema=command_center --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=command_center_adopted -o /dev/null
SELECT command_center.setup() AS steps;
SELECT count(*) AS dispatches FROM command_center.command_dispatches;
\c :tested
\set SHOW_CONTEXT never
DROP DATABASE command_center_adopted;

-- A table of the same name that no setup() made is no reason to go on.
CALL test.reset();
CREATE TABLE command_center.services (mine integer);
SELECT command_center.setup();
\echo :SQLSTATE
SELECT to_regclass('command_center.setup_steps') AS setup_steps;
CALL test.reset();
DROP TABLE test.plain, test.identity;
