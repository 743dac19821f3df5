-- Default privileges, of the owner or of the schema, give nobody what setup() and maintain() make.
\set SHOW_CONTEXT never
CALL test.reset();
CREATE ROLE "test other";
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center GRANT ALL ON TABLES TO "test other";
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center GRANT ALL ON SEQUENCES TO "test other";
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center GRANT ALL ON FUNCTIONS TO "test other";
CREATE VIEW test.given AS
    SELECT relname, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee FROM pg_class CROSS JOIN LATERAL aclexplode(relacl)
    WHERE relnamespace = 'command_center'::regnamespace AND grantee <> relowner;
-- PUBLIC may call what policies call.
CREATE VIEW test.given_functions AS
    SELECT proname, grantee::regrole AS grantee FROM pg_proc CROSS JOIN LATERAL aclexplode(proacl)
    WHERE pronamespace = 'command_center'::regnamespace AND grantee NOT IN (0, proowner);

SELECT command_center.setup() > 0 AS made;
SELECT DISTINCT * FROM test.given;
SELECT * FROM test.given_functions;
-- A day that maintain() makes.
DO $$ BEGIN
    EXECUTE (SELECT format('DROP TABLE %s', max(inhrelid::regclass::text)) FROM pg_inherits WHERE inhparent = 'command_center.command_dispatches'::regclass);
END $$;
SELECT command_center.maintain();
SELECT DISTINCT * FROM test.given;
-- Levels are granted all the same, and what somebody grants afterwards stays.
SELECT command_center.grant_access('test other', 'reader');
GRANT SELECT ON command_center.lock_secret TO "test other";
SELECT command_center.setup() AS steps;
SELECT DISTINCT relname FROM test.given WHERE relname IN ('services', 'lock_secret') ORDER BY 1;

ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center REVOKE ALL ON TABLES FROM "test other";
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center REVOKE ALL ON SEQUENCES FROM "test other";
ALTER DEFAULT PRIVILEGES IN SCHEMA command_center REVOKE ALL ON FUNCTIONS FROM "test other";
DROP VIEW test.given, test.given_functions;
CALL test.reset();
DROP OWNED BY "test other";
DROP ROLE "test other";
