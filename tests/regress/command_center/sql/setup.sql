-- setup() makes ordinary tables of the calling role, once; they outlive the extension.
\set SHOW_CONTEXT never
CALL test.reset();

-- Before it, everything that needs a table says what to do.
SELECT command_center.execute_command('test.book', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.maintain();
\echo :SQLSTATE

SELECT command_center.setup() AS steps;
SELECT command_center.setup() AS steps;
SELECT step, name FROM command_center.setup_steps ORDER BY step;

-- None of the tables belongs to the extension.
SELECT count(*) AS tables_of_the_extension
FROM pg_depend AS dependency JOIN pg_class AS relation ON relation.oid = dependency.objid
WHERE dependency.classid = 'pg_class'::regclass AND dependency.deptype = 'e' AND relation.relnamespace = 'command_center'::regnamespace
    AND relation.relkind IN ('r', 'p', 'S');

-- Partitions: yesterday, today and 30 days ahead, for each table.
SELECT inhparent::regclass AS parent, count(*) FROM pg_inherits
WHERE inhparent::regclass::text LIKE 'command_center.%' AND inhparent IN (SELECT oid FROM pg_class WHERE relkind = 'p')
GROUP BY inhparent ORDER BY inhparent::regclass::text;
SELECT command_center.maintain() AS partitions_made;

-- Rows stay when the extension goes and are found again when it comes back.
SELECT command_center.set_service('bookings');
DROP EXTENSION command_center;
SELECT service_id FROM command_center.services;
CREATE EXTENSION command_center;
SELECT command_center.setup() AS steps;
SELECT command_center.set_service('audit');
SELECT service_id FROM command_center.services ORDER BY service_id;

-- What was made of the extension keeps it from going, or goes with it; rights come back with setup().
CREATE ROLE test_kept;
SELECT command_center.grant_access('test_kept', 'dispatcher');
CREATE FUNCTION test.handle(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
SELECT command_center.set_service('handled', handler => 'test.handle(command_center.accepted_command)');
CREATE TABLE test.checked (document jsonb CONSTRAINT checked_document CHECK (command_center.is_valid_json('true', document)));
DROP EXTENSION command_center;
\echo :SQLSTATE
SET client_min_messages = warning;
DROP EXTENSION command_center CASCADE;
RESET client_min_messages;
SELECT to_regproc('test.handle') AS handler,
    (SELECT count(*) FROM pg_constraint WHERE conname = 'checked_document') AS checks, to_regclass('test.checked') AS checked;
CREATE EXTENSION command_center;
SELECT has_function_privilege('test_kept', 'command_center.validate_payload(text, jsonb)', 'EXECUTE') AS may;
SELECT command_center.setup() AS steps;
SELECT has_function_privilege('test_kept', 'command_center.validate_payload(text, jsonb)', 'EXECUTE') AS may;
SELECT finding FROM command_center.doctor() WHERE name = 'handlers';
DROP TABLE test.checked;
DROP OWNED BY test_kept;
DROP ROLE test_kept;

-- Messages are UTF-8, and so must the database be.
SELECT current_database() AS tested \gset
CREATE DATABASE command_center_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0;
\c command_center_latin
CREATE EXTENSION command_center;
SELECT command_center.setup();
\echo :SQLSTATE
\c :tested
DROP DATABASE command_center_latin;

-- Types, checks and defaults are the server's own, so that a dump needs no function of the extension.
SELECT count(*) AS own_types FROM pg_attribute AS column_of JOIN pg_type AS type ON type.oid = column_of.atttypid
WHERE column_of.attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p'))
    AND column_of.attnum > 0 AND type.typnamespace <> 'pg_catalog'::regnamespace;
