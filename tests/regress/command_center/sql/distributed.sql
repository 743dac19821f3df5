-- Every table of a tenant can be distributed by it: keys lead with tenant_id, each policy has a counterpart that a cluster takes, and with either
-- everybody sees the same rows.
\set SHOW_CONTEXT never
CALL test.start();
\set a '''00000000-0000-0000-0000-000000000001'''
\set b '''00000000-0000-0000-0000-000000000002'''

-- What each table will be on a cluster: a tenant's table is distributed by tenant_id; the log and what belongs to its publisher stay local to
-- each node; the catalogue is copied to all.
CREATE TABLE test.relation AS
SELECT relation.oid AS relation, relation.relname AS name, CASE
        WHEN relation.relname IN ('transactional_outbox', 'publishers', 'publisher_leases', 'publication_batches', 'installation', 'setup_steps', 'control_audit',
            'consumer_offsets', 'dead_letters', 'dead_letter_events') THEN 'local'
        WHEN tenant.attnotnull THEN 'distributed' ELSE 'reference' END AS becomes
FROM pg_class AS relation LEFT JOIN pg_attribute AS tenant ON tenant.attrelid = relation.oid AND tenant.attname = 'tenant_id'
WHERE relation.relnamespace = 'command_center'::regnamespace AND relation.relkind IN ('r', 'p') AND NOT relation.relispartition;
SELECT becomes, name FROM test.relation ORDER BY 1, 2;

-- None of these is there: a key of a tenant's table that does not lead with tenant_id,
SELECT listed.name, index.indexrelid::regclass AS key FROM test.relation AS listed JOIN pg_index AS index ON index.indrelid = listed.relation
LEFT JOIN pg_attribute AS tenant ON tenant.attrelid = listed.relation AND tenant.attname = 'tenant_id'
WHERE (index.indisunique OR index.indisexclusion) AND tenant.attnotnull AND index.indkey[0] <> tenant.attnum ORDER BY 1, 2;
-- a foreign key of a tenant's table without tenant_id, or one to or from it by another,
SELECT listed.name, key.conname FROM test.relation AS listed JOIN pg_constraint AS key ON listed.relation IN (key.conrelid, key.confrelid)
LEFT JOIN pg_attribute AS tenant ON tenant.attrelid = key.conrelid AND tenant.attname = 'tenant_id'
WHERE key.contype = 'f' AND listed.becomes <> 'reference' AND NOT coalesce(tenant.attnum = ANY (key.conkey), false) ORDER BY 1, 2;
-- a tenant's table without row security,
SELECT name FROM test.relation WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = 'tenant_id')
    AND NOT (SELECT relrowsecurity FROM pg_class WHERE pg_class.oid = test.relation.relation) ORDER BY 1;
-- a policy without a counterpart,
SELECT listed.name, polname, pg_get_expr(polqual, polrelid) FROM test.relation AS listed JOIN pg_policy ON polrelid = listed.relation
WHERE pg_get_expr(polqual, polrelid) NOT IN (SELECT local FROM command_center.policy_forms()) ORDER BY 1, 2;
-- and a default, a check, an index, a policy or a trigger that calls a function of the extension, which not every node need have.
SELECT DISTINCT pg_describe_object(depends.classid, depends.objid, 0) AS object, function.refobjid::regprocedure
FROM pg_depend AS depends JOIN pg_depend AS function
    ON function.classid = depends.classid AND function.objid = depends.objid AND function.refclassid = 'pg_proc'::regclass
JOIN pg_depend AS member ON member.classid = 'pg_proc'::regclass AND member.objid = function.refobjid AND member.deptype = 'e'
JOIN test.relation AS listed ON depends.refclassid = 'pg_class'::regclass AND depends.refobjid = listed.relation ORDER BY 1, 2;

-- What create_distributed_table of Citus refuses: sub-selects in policies, triggers, keys without the column, partitions of partitions, a generated column.
CREATE VIEW test.refused AS
SELECT name, 'policy ' || polname AS for_its FROM test.relation JOIN pg_policy ON polrelid = relation
WHERE polqual::text LIKE '%{SUBLINK%' OR polwithcheck::text LIKE '%{SUBLINK%'
UNION ALL
SELECT name, 'trigger ' || tgname FROM test.relation JOIN pg_trigger ON tgrelid = test.relation.relation WHERE NOT tgisinternal AND becomes <> 'local'
UNION ALL
SELECT name, 'key ' || indexrelid::regclass FROM test.relation JOIN pg_index ON indrelid = test.relation.relation
WHERE becomes = 'distributed' AND (indisunique OR indisexclusion)
    AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = 'tenant_id' AND attnum = ANY (indkey))
UNION ALL
SELECT name, 'partitions of ' || inhrelid::regclass FROM test.relation JOIN pg_inherits ON inhparent = relation JOIN pg_partitioned_table ON partrelid = inhrelid
UNION ALL
SELECT name, 'generated column ' || attname FROM test.relation JOIN pg_attribute ON attrelid = relation WHERE attname = 'tenant_id' AND attgenerated <> ''
UNION ALL
SELECT name, 'partitioning as a reference table' FROM test.relation JOIN pg_partitioned_table ON partrelid = test.relation.relation WHERE becomes = 'reference';
SELECT name, for_its FROM test.refused WHERE name IN ('command_dispatches', 'tenant_modules', 'services') ORDER BY 1, 2;

-- Two tenants, and whoever may look at them.
CREATE ROLE test_a;
CREATE ROLE test_both;
CREATE ROLE test_heir;
CREATE ROLE test_operator;
CREATE ROLE test_every;
CREATE ROLE test_nobody;
CREATE ROLE test_all_tenants;
CREATE ROLE test_other_group;
SELECT count(command_center.grant_access(role, level)) FROM (VALUES ('test_a', 'dispatcher'), ('test_both', 'dispatcher'), ('test_heir', 'reader'),
    ('test_every', 'dispatcher'), ('test_nobody', 'reader'), ('test_operator', 'operator')) AS given (role, level);
SELECT command_center.bind_role('test_a', test.tenant()), command_center.bind_role('test_both', test.tenant()), command_center.bind_role('test_both', test.tenant(2)),
    command_center.bind_role('test_every', NULL);
GRANT test_a TO test_heir;
SELECT FROM command_center.set_service('bookings'), command_center.register_command('test.slow', 'true', default_target => 'bookings', sla => '1 hour');
DO $$
BEGIN
    FOR number IN 1..2 LOOP
        PERFORM command_center.enable_module(test.tenant(number), 'module-' || number);
        PERFORM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}', test.tenant(number));
        PERFORM command_center.set_feature('observe', 'test.book', tenant_id => test.tenant(number));
        PERFORM command_center.execute_command('test.slow', to_jsonb(number), test.tenant(number), idempotency_key => 'k');
        PERFORM command_center.acknowledge_command(test.tenant(number), command_id, 'failed', 'bookings')
        FROM command_center.command_dispatches WHERE tenant_id = test.tenant(number);
    END LOOP;
END $$;
SELECT FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}');
GRANT SELECT ON ALL TABLES IN SCHEMA command_center TO test_a, test_both, test_every, test_nobody, test_operator;

-- Everything that a role sees of every table with row security.
CREATE FUNCTION test.sees(role text) RETURNS TABLE (relation text, answer text) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN SELECT name FROM test.relation JOIN pg_class ON oid = test.relation.relation WHERE relrowsecurity ORDER BY name LOOP
        PERFORM set_config('role', role, true);
        EXECUTE format('SELECT string_agg(seen::text, E''\n'' ORDER BY seen::text) FROM command_center.%I AS seen', relation) INTO answer;
        PERFORM set_config('role', 'none', true);
        RETURN NEXT;
    END LOOP;
END $$;
CREATE TABLE test.looker AS SELECT unnest('{test_a,test_both,test_heir,test_operator,test_every,test_nobody,postgres}'::text[]) AS role;
UPDATE test.looker SET role = current_user WHERE role = 'postgres';
CREATE TABLE test.seen AS SELECT role, relation, answer FROM test.looker, test.sees(role);
-- A heading says how many rows each role sees: of both tenants, of one, or none.
SELECT relation, string_agg(coalesce(regexp_count(answer, '\n') + 1, 0)::text, ' ' ORDER BY array_position('{test_a,test_heir,test_both,test_operator,test_every,test_nobody}', role))
    AS "a heir both operator every nobody"
FROM test.seen WHERE role LIKE 'test%' GROUP BY relation ORDER BY relation COLLATE "C";

-- A policy that somebody made is left alone.
CREATE POLICY test_policy ON command_center.tenant_modules FOR DELETE USING (tenant_id IN (SELECT command_center.visible_tenants()));
-- The roles that see every tenant by their level or binding are named until they are members.
SELECT command_center.use_distributed_policies('test_all_tenants') = count(DISTINCT relation) AS changed_each
FROM test.relation WHERE EXISTS (SELECT FROM pg_policy WHERE polrelid = relation) OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND tgname LIKE 'catalogue_changed%');
DROP POLICY test_policy ON command_center.tenant_modules;
GRANT test_all_tenants TO test_operator, test_every;
SELECT command_center.use_distributed_policies('test_all_tenants') AS changed;
SELECT * FROM test.refused;
SELECT name, polname, polroles::regrole[] AS roles, pg_get_expr(polqual, polrelid) AS condition FROM test.relation JOIN pg_policy ON polrelid = relation
WHERE name IN ('command_dispatches', 'command_routes', 'tenant_roles') ORDER BY 1, 2;

-- Everybody sees the same.
CREATE VIEW test.changed AS
SELECT role, seen.relation FROM test.seen JOIN LATERAL test.sees(seen.role) AS sees ON sees.relation = seen.relation
WHERE sees.answer IS DISTINCT FROM seen.answer ORDER BY 1, 2;
SELECT * FROM test.changed;
SET ROLE test_both;
SELECT command_center.visible_tenant_array() @> ARRAY(SELECT command_center.visible_tenants())
    AND command_center.visible_tenant_array() <@ ARRAY(SELECT command_center.visible_tenants()) AS same_tenants,
    command_center.held_role_array() @> ARRAY(SELECT command_center.held_roles(current_user))
    AND command_center.held_role_array() <@ ARRAY(SELECT command_center.held_roles(current_user)) AS same_roles;
RESET ROLE;
SET ROLE test_nobody;
SELECT command_center.visible_tenant_array(), command_center.held_role_array();
RESET ROLE;
-- A tenant's rows are found by the index, with the array made once.
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;
SET ROLE test_a;
EXPLAIN (COSTS off) SELECT FROM command_center.tenant_modules;
RESET ROLE;
RESET enable_seqscan;
RESET max_parallel_workers_per_gather;

-- Commands go on, maintain() makes no triggers, doctor() misses none.
SET ROLE test_a;
SELECT status FROM command_center.execute_command('test.book', '{"id": "d"}', :a);
SELECT status FROM command_center.execute_command('test.book', '{"id": "d"}', :b);
\echo :SQLSTATE
RESET ROLE;
SELECT FROM command_center.maintain();
SELECT count(*) FROM test.refused;
SELECT name FROM command_center.doctor() WHERE name IN ('catalogue_triggers', 'distributed_policies');

-- A table that setup() makes later is like the others after another call; until then doctor() says so. Neither is a member who went forgotten.
CREATE TABLE command_center.made_later (tenant_id uuid NOT NULL, CONSTRAINT made_later_pkey PRIMARY KEY (tenant_id));
ALTER TABLE command_center.made_later ENABLE ROW LEVEL SECURITY;
CREATE POLICY made_later_of_own_tenants ON command_center.made_later FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
REVOKE test_all_tenants FROM test_every;
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'distributed_policies' ORDER BY finding;
SELECT command_center.use_distributed_policies('test_all_tenants') AS changed;
GRANT test_all_tenants TO test_every;
SELECT name FROM command_center.doctor() WHERE name = 'distributed_policies';
DROP TABLE command_center.made_later;

-- Another role may take over.
GRANT test_other_group TO test_operator, test_every;
SELECT command_center.use_distributed_policies('test_other_group') = (SELECT count(DISTINCT polrelid) FROM pg_policy) AS changed_each;
REVOKE test_all_tenants FROM test_operator, test_every;
SELECT DISTINCT polroles::regrole[]::text AS roles FROM test.relation JOIN pg_policy ON polrelid = relation ORDER BY 1;

-- Back: the very policies of before, and the triggers.
SELECT command_center.use_local_policies() = (SELECT count(DISTINCT polrelid) FROM pg_policy) AS changed_each;
SELECT command_center.use_local_policies() AS changed;
SELECT listed.name, polname FROM test.relation AS listed JOIN pg_policy ON polrelid = listed.relation
WHERE pg_get_expr(polqual, polrelid) NOT IN (SELECT local FROM command_center.policy_forms()) ORDER BY 1, 2;
SELECT name FROM command_center.doctor() WHERE name IN ('catalogue_triggers', 'distributed_policies');
REVOKE test_other_group FROM test_operator, test_every;
SELECT * FROM test.changed WHERE relation NOT IN ('command_dispatches', 'transactional_outbox');

-- Who may not, and what is not there.
SELECT command_center.use_distributed_policies('test_missing');
\echo :SQLSTATE
SELECT command_center.use_distributed_policies(NULL);
SET ROLE test_operator;
SELECT command_center.use_distributed_policies('test_operator');
\echo :SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION command_center.use_distributed_policies, command_center.use_local_policies TO test_a;
SET ROLE test_a;
SELECT command_center.use_distributed_policies('test_a');
\echo :SQLSTATE
SELECT command_center.use_local_policies();
\echo :SQLSTATE
RESET ROLE;
SELECT action, object, before, after FROM command_center.control_audit WHERE action LIKE 'use\_%' ORDER BY audit_id;

DROP OWNED BY test_a, test_both, test_heir, test_operator, test_every, test_nobody, test_all_tenants, test_other_group;
DROP ROLE test_a, test_both, test_heir, test_operator, test_every, test_nobody, test_all_tenants, test_other_group;
DROP FUNCTION test.sees CASCADE;
DROP TABLE test.seen, test.looker, test.relation CASCADE;
