-- Code runs with the rights of another role only where its owner could do as much alone.
\set SHOW_CONTEXT never
\set owner :USER
CALL test.start();
CREATE ROLE test_trust_operator;
CREATE ROLE test_trust_service LOGIN;
CREATE ROLE test_trust_author LOGIN;
GRANT USAGE, CREATE ON SCHEMA test TO test_trust_operator, test_trust_author;
GRANT USAGE ON SCHEMA test TO test_trust_service;
SELECT command_center.grant_access('test_trust_operator', 'operator'), command_center.grant_access('test_trust_service', 'dispatcher'),
    command_center.bind_role('test_trust_service', test.tenant()), command_center.grant_access('test_trust_author', 'dispatcher'),
    command_center.bind_role('test_trust_author', test.tenant());
CREATE FUNCTION test.book() RETURNS TABLE (mode text, result jsonb) LANGUAGE sql AS $$
    SELECT mode, result FROM command_center.execute_command('test.book', '{"id": "r1"}', test.tenant())
$$;

-- A handler of an operator does not become a superuser's, however it got there.
SET ROLE test_trust_operator;
CREATE FUNCTION test.climb(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN ALTER ROLE test_trust_operator SUPERUSER; END IF;
    RETURN to_jsonb(current_user);
END $$;
SELECT command_center.set_service('bookings', handler => 'test.climb(command_center.accepted_command)');
SELECT * FROM test.book();
RESET ROLE;
SELECT * FROM test.book();
\echo :SQLSTATE
SET ROLE test_trust_service;
SELECT * FROM test.book();
\echo :SQLSTATE
SELECT status, sqlstate, message FROM command_center.execute_commands(ARRAY[
    ROW('test.book', '{"id": "r1"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)]::command_center.command_request[]);
RESET ROLE;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'handlers';
-- A superuser's own hand does not make it better: it is the operator who may replace it.
SELECT command_center.set_service('bookings', handler => 'test.climb(command_center.accepted_command)');
\echo :SQLSTATE
SELECT rolsuper FROM pg_roles WHERE rolname = 'test_trust_operator';

-- An operator may choose a handler of a superuser; that it changes hands later is seen at the call.
CREATE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT to_jsonb(current_user)';
SET ROLE test_trust_operator;
SELECT command_center.set_service('bookings', handler => 'test.honest(command_center.accepted_command)');
RESET ROLE;
SELECT * FROM test.book();
ALTER FUNCTION test.honest OWNER TO test_trust_author;
SELECT * FROM test.book();
\echo :SQLSTATE
-- Nor may an operator register what belongs to somebody else.
SET ROLE test_trust_operator;
SELECT command_center.set_service('bookings', handler => 'test.honest(command_center.accepted_command)');
\echo :SQLSTATE
RESET ROLE;
-- A role that has the sender's rights could do it alone.
SET ROLE test_trust_service;
SELECT * FROM test.book();
\echo :SQLSTATE
RESET ROLE;
GRANT test_trust_service TO test_trust_author;
SET ROLE test_trust_service;
SELECT * FROM test.book();
RESET ROLE;
REVOKE test_trust_service FROM test_trust_author;

-- SECURITY DEFINER runs with the rights of its owner for everybody, and leaves nothing behind that would run as the sender.
CREATE FUNCTION test.later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'trigger runs as %', current_user; RETURN NULL; END $$;
SET ROLE test_trust_author;
CREATE TABLE test.booked (id text);
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON test.booked DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test.later();
CREATE OR REPLACE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = test AS $$
BEGIN
    PERFORM set_config('command_center.change_reason', 'left behind', false);
    RETURN to_jsonb(current_user);
END $$;
RESET ROLE;
SELECT * FROM test.book();
SELECT current_setting('command_center.change_reason') AS reason;
SET ROLE test_trust_operator;
SELECT command_center.set_service('bookings', handler => 'test.honest(command_center.accepted_command)');
RESET ROLE;
CREATE OR REPLACE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql SECURITY DEFINER SET search_path = test AS $$
    INSERT INTO test.booked VALUES ((command).payload ->> 'id');
    SELECT to_jsonb(current_user)
$$;
SELECT * FROM test.book();
\echo :SQLSTATE
CREATE OR REPLACE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = test AS $$
BEGIN
    CREATE TEMPORARY TABLE command_dispatches (id text);
    RETURN NULL;
END $$;
SELECT * FROM test.book();
\echo :SQLSTATE
-- In a session of its owner it may do all that.
\c - test_trust_author
SELECT * FROM test.book();
\c - :owner
-- A superuser who has SET ROLE comes back: until then nothing is left behind either.
SET ROLE test_trust_author;
SELECT * FROM test.book();
\echo :SQLSTATE
CREATE OR REPLACE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE plpgsql SECURITY INVOKER RESET ALL AS $$
BEGIN
    PERFORM set_config('role', 'none', false);
    RETURN to_jsonb(current_user);
END $$;
SELECT * FROM test.book();
\echo :SQLSTATE
RESET ROLE;
SELECT command_center.set_service('bookings', handler => '');

-- The owner of the tables may be less than a superuser. It is trusted by all but those: neither its handlers nor its deferred triggers run as one.
GRANT CREATE ON SCHEMA command_center TO test_trust_author;
DO $$
DECLARE
    owned record;
BEGIN
    FOR owned IN SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'S') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO test_trust_author', owned.name);
    END LOOP;
END $$;
SET ROLE test_trust_author;
CREATE OR REPLACE FUNCTION test.honest(command command_center.accepted_command) RETURNS jsonb LANGUAGE sql AS 'SELECT to_jsonb(current_user)';
RESET ROLE;
SELECT command_center.set_service('bookings', handler => 'test.honest(command_center.accepted_command)');
SET ROLE test_trust_service;
SELECT * FROM test.book();
RESET ROLE;
SELECT * FROM test.book();
\echo :SQLSTATE
SELECT command_center.set_service('bookings', handler => '');
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON command_center.command_dispatches DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test.later();
SELECT * FROM test.book();
\echo :SQLSTATE
BEGIN;
SET LOCAL ROLE test_trust_service;
SELECT * FROM test.book();
\echo :SQLSTATE
ROLLBACK;
\c - test_trust_service
SELECT * FROM test.book();
\c - :owner
DROP TRIGGER later ON command_center.command_dispatches;

-- What it creates in the schema is not called by our functions in place of ours.
SET ROLE test_trust_author;
CREATE FUNCTION command_center.set_service(text, text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'runs as %', current_user; END $$;
CREATE FUNCTION command_center.list_commands() RETURNS TABLE (command_name text) LANGUAGE plpgsql AS $$ BEGIN RAISE 'runs as %', current_user; END $$;
RESET ROLE;
SELECT command_center.load_catalog('hotel');
DROP FUNCTION command_center.set_service(text, text), command_center.list_commands();
-- Others are not to create anything there.
GRANT CREATE ON SCHEMA command_center TO test_trust_operator;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'granted_to_public';

DROP FUNCTION test.book, test.climb, test.honest;
CALL test.reset();
DROP TABLE test.booked;
DROP FUNCTION test.later;
DROP OWNED BY test_trust_operator, test_trust_service, test_trust_author;
DROP ROLE test_trust_operator, test_trust_service, test_trust_author;
