-- What published to any topic under 0.2.0 goes on: with the new library, after ALTER EXTENSION UPDATE, after setup(), until an operator
-- says otherwise.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.reset();
DROP EXTENSION command_center;
CREATE EXTENSION command_center VERSION '0.2.0';
SELECT command_center.setup() > 0 AS has_steps;
CREATE ROLE test_service;
CREATE ROLE test_direct;
SELECT command_center.grant_access('test_service', 'dispatcher'), command_center.bind_role('test_service', NULL), command_center.bind_role('test_direct', NULL);
GRANT USAGE ON SCHEMA command_center TO test_direct;
GRANT EXECUTE ON FUNCTION command_center.publish_event TO test_direct WITH GRANT OPTION;
SELECT command_center.set_service('audit', topic => 'audit.log');
PREPARE publish AS SELECT command_center.publish_event('old.topic', 'old', '{"n": 1}', test.tenant()) IS NOT NULL AS queued;
PREPARE publish_with_key AS SELECT command_center.publish_event('old.topic', 'old', '{"n": 1}', test.tenant(), 'k', '{"a": "b"}', true) IS NOT NULL AS queued;
GRANT USAGE ON SCHEMA test TO test_service, test_direct;

SET ROLE test_service;
EXECUTE publish;
SET ROLE test_direct;
EXECUTE publish_with_key;
RESET ROLE;

-- The function gains parameters and keeps who may call it; pg_dump sees the rights as it did.
CREATE TABLE test.rights AS SELECT acl.* FROM pg_proc, aclexplode(proacl) AS acl WHERE oid = 'command_center.publish_event'::regproc;
ALTER EXTENSION command_center UPDATE;
SELECT * FROM test.rights EXCEPT SELECT acl.* FROM pg_proc, aclexplode(proacl) AS acl WHERE oid = 'command_center.publish_event'::regproc;
SELECT count(*) AS initial_of_others FROM pg_proc JOIN pg_init_privs ON objoid = pg_proc.oid AND classoid = 'pg_proc'::regclass, aclexplode(initprivs)
WHERE pronamespace = 'command_center'::regnamespace AND grantee <> proowner;
SELECT count(*) AS functions FROM pg_proc WHERE proname LIKE '%publish_event' AND pronamespace = 'command_center'::regnamespace;
SET ROLE test_service;
EXECUTE publish;
SET ROLE test_direct;
EXECUTE publish_with_key;
RESET ROLE;
SELECT command_center.publish_event('old.topic', 'old', '{}', test.tenant(), correlation_id => 'c', version => 3) IS NOT NULL AS queued;

-- setup() goes on allowing what nobody declared, and doctor() says so.
SELECT command_center.setup() > 0 AS has_steps;
SELECT undeclared_topics FROM command_center.installation;
SET ROLE test_service;
EXECUTE publish;
SET ROLE test_direct;
EXECUTE publish_with_key;
RESET ROLE;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'undeclared_topics';
-- But never what Kafka would refuse, or what consumers of commands would read.
SELECT command_center.publish_event('no/topic', 'old', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('audit_log', 'old', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('audit.log', 'old', '{}', test.tenant());
\echo :SQLSTATE
SELECT command_center.publish_event('commands.primary', 'old', '{}', test.tenant());
\echo :SQLSTATE

-- Once declared, the others are refused.
SELECT command_center.set_topic('old.topic'), command_center.set_undeclared_topics('refuse');
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'undeclared_topics';
EXECUTE publish;
SELECT command_center.publish_event('new.topic', 'old', '{}', test.tenant());
\echo :SQLSTATE
SELECT count(*) FROM command_center.transactional_outbox;
SELECT headers ->> 'ce_eventversion' AS version, headers ->> 'x-correlation-id' AS correlation FROM command_center.transactional_outbox WHERE headers ->> 'x-correlation-id' = 'c';

DROP TABLE test.rights;
DEALLOCATE ALL;
DROP OWNED BY test_service, test_direct;
DROP ROLE test_service, test_direct;
