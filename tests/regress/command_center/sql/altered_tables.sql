-- Whatever somebody makes of the tables of setup(): the server lives, a call answers what is right or a clear error, and doctor() says what it was.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = error;
CALL test.start();
SELECT FROM command_center.register_command('test.ordered', 'true', default_target => 'bookings', ordered => true, sla => '1 hour');
SELECT FROM command_center.set_topic('a.topic');
SELECT command_center.enable_module(test.tenant(), 'billing');
SELECT FROM command_center.register_command('test.guarded', 'true', default_target => 'bookings', required_modules => '{billing}');
-- A few days are enough, and quicker to alter.
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r'
            AND right(relname, 8) > to_char((now() + interval '2 days') AT TIME ZONE 'UTC', 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
END $$;
-- What each life begins with: committed, not published.
SELECT count(*) FROM generate_series(1, 3) AS n CROSS JOIN LATERAL command_center.execute_command('test.book', jsonb_build_object('id', n::text), test.tenant(),
    idempotency_key => 'old ' || n) AS accepted;
CREATE TABLE test.old AS SELECT command_id FROM command_center.command_dispatches ORDER BY command_id LIMIT 1;

-- One step of the life of a command: 'ok', 'wrong: …' or the SQLSTATE of an error.
CREATE FUNCTION test.step(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE statement INTO answer;
    RETURN CASE WHEN answer = 'ok' THEN 'ok' ELSE 'wrong: ' || coalesce(answer, 'NULL') END;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

CREATE FUNCTION test.life() RETURNS TABLE (what text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    step record;
BEGIN
    FOR step IN SELECT * FROM (VALUES
        ('execute', $q$SELECT CASE WHEN status = 'accepted' AND NOT replayed THEN 'ok' ELSE status END FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'a')$q$),
        ('retry', $q$SELECT CASE WHEN replayed THEN 'ok' ELSE 'used twice' END FROM command_center.execute_command('test.book', '{"id": "a"}', test.tenant(), idempotency_key => 'a')$q$),
        ('retry of an old one', $q$SELECT CASE WHEN replayed THEN 'ok' ELSE 'used twice' END FROM command_center.execute_command('test.book', '{"id": "1"}', test.tenant(), idempotency_key => 'old 1')$q$),
        ('other content', $q$SELECT test.step($p$SELECT mode FROM command_center.execute_command('test.book', '{"id": "b"}', test.tenant(), idempotency_key => 'a')$p$)$q$),
        ('ordered', $q$SELECT CASE status WHEN 'accepted' THEN 'ok' ELSE status END FROM command_center.execute_command('test.ordered', '{}', test.tenant(), initiator => '{"role": "r"}')$q$),
        ('guarded', $q$SELECT CASE status WHEN 'accepted' THEN 'ok' ELSE status END FROM command_center.execute_command('test.guarded', '{}', test.tenant())$q$),
        ('batch', $q$SELECT CASE WHEN bool_and(status = 'accepted') THEN 'ok' ELSE max(coalesce(sqlstate, status)) END FROM command_center.execute_commands(ARRAY[
            ROW('test.book', '{"id": "c"}', test.tenant(), NULL, NULL, 'c', NULL, NULL, NULL)::command_center.command_request,
            ROW('test.book', '{"id": "d"}', test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request])$q$),
        ('event', $q$SELECT CASE WHEN command_center.publish_event('a.topic', 'a.type', '{}', test.tenant()) IS NOT NULL THEN 'ok' END$q$),
        ('acknowledge', $q$SELECT CASE WHEN command_center.acknowledge_command(test.tenant(), command_id, 'completed', 'bookings', '{"a": 1}') THEN 'ok' END FROM test.old$q$),
        ('get', $q$SELECT CASE WHEN command_center.get_dispatch(test.tenant(), command_id) ->> 'status' IN ('received', 'completed') THEN 'ok'
            ELSE command_center.get_dispatch(test.tenant(), command_id) ->> 'status' END FROM test.old$q$),
        ('list', $q$SELECT CASE WHEN count(*) >= 3 THEN 'ok' ELSE count(*)::text END FROM command_center.list_dispatches(test.tenant())$q$),
        ('replay', $q$SELECT CASE count(*) WHEN 1 THEN 'ok' ELSE count(*)::text END FROM test.old, command_center.replay_dispatch(test.tenant(), command_id, 'late')$q$),
        ('replays', $q$SELECT CASE WHEN count(*) >= 3 THEN 'ok' ELSE count(*)::text END FROM command_center.replay_dispatches(jsonb_build_object('tenantId', test.tenant(), 'limit', 10), 'late', dry_run => true)$q$),
        ('publish', $q$SELECT CASE WHEN count(*) >= 3 THEN 'ok' ELSE count(*)::text END FROM command_center.next_batch('default', 0) AS next, command_center.batch_messages('default', next.batch_id)
            WHERE value::jsonb -> 'payload' IS NOT NULL AND headers::jsonb ? 'ce_id'$q$),
        ('get published', $q$SELECT CASE WHEN command_center.get_dispatch(test.tenant(), command_id) -> 'published' ->> 'state' IN ('pending', 'published') THEN 'ok' END FROM test.old$q$),
        ('progress', $q$SELECT CASE WHEN command_center.recorded_progress('default') IS NULL THEN 'ok' END$q$),
        ('lease', $q$SELECT CASE WHEN granted THEN 'ok' ELSE 'denied' END FROM command_center.acquire_lease('default', 'a', '5 seconds')$q$),
        ('release', $q$SELECT CASE WHEN command_center.release_lease('default', 'a') IS NOT NULL THEN 'ok' END$q$),
        ('explain', $q$SELECT CASE WHEN command_center.explain_command('test.book', '{"id": "a"}', test.tenant()) IS NOT NULL THEN 'ok' END$q$),
        ('simulate', $q$SELECT CASE WHEN count(*) > 0 THEN 'ok' END FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "bookings", "weight": 1}]}', 100)$q$),
        ('set_service', $q$SELECT CASE WHEN command_center.set_service('third', topic => 'third')::text IS NOT NULL THEN 'ok' END$q$),
        ('set_route', $q$SELECT CASE version WHEN 1 THEN 'ok' END FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "audit", "weight": 1}]}')$q$),
        ('set_feature', $q$SELECT CASE version WHEN 1 THEN 'ok' END FROM command_center.set_feature('observe', 'test.book')$q$),
        ('routed', $q$SELECT CASE WHEN mode = 'observed' OR status = 'accepted' THEN 'ok' END FROM command_center.execute_command('test.book', '{"id": "e"}', test.tenant())$q$),
        ('register', $q$SELECT CASE WHEN count(*) >= 0 THEN 'ok' END FROM command_center.register_command('test.book', 'true', default_target => 'audit')$q$),
        ('register_schema', $q$SELECT CASE WHEN command_center.register_schema('https://x.test/a', '{}')::text IS NOT NULL THEN 'ok' END$q$),
        ('deprecate', $q$SELECT CASE WHEN command_center.deprecate_command('test.ordered') > 0 THEN 'ok' END$q$),
        ('modules', $q$SELECT CASE WHEN command_center.enable_module(test.tenant(), 'm')::text IS NOT NULL AND command_center.disable_module(test.tenant(), 'm')::text IS NOT NULL THEN 'ok' END$q$),
        ('roles', $q$SELECT CASE WHEN command_center.bind_role(current_user, test.tenant(2))::text IS NOT NULL AND command_center.unbind_role(current_user, test.tenant(2))::text IS NOT NULL THEN 'ok' END$q$),
        ('access', $q$SELECT CASE WHEN command_center.grant_access(current_user, 'reader')::text IS NOT NULL THEN 'ok' END$q$),
        ('lists', $q$SELECT CASE WHEN (SELECT count(*) FROM command_center.list_commands()) + (SELECT count(*) FROM command_center.list_routes())
            + (SELECT count(*) FROM command_center.list_services()) + (SELECT count(*) FROM command_center.list_features()) > 0 THEN 'ok' END$q$),
        ('remove', $q$SELECT CASE WHEN command_center.remove_service('third') IS NOT NULL THEN 'ok' END$q$),
        ('views', $q$SELECT CASE WHEN (SELECT count(*) FROM command_center.health) + (SELECT count(*) FROM command_center.outbox_status) > 0 THEN 'ok' END$q$),
        ('rows', $q$SELECT CASE WHEN (SELECT count(t::text) FROM command_center.transactional_outbox AS t) + (SELECT count(t::text) FROM command_center.command_dispatches AS t)
            + (SELECT count(t::text) FROM command_center.dispatch_events AS t) + (SELECT count(t::text) FROM command_center.idempotency_keys AS t)
            + (SELECT count(t::text) FROM command_center.dispatch_deadlines AS t) + (SELECT count(t::text) FROM command_center.publication_batches AS t) > 0 THEN 'ok' END$q$)
    ) AS steps (name, statement)
    LOOP
        what := step.name;
        outcome := test.step(step.statement);
        outcome := CASE WHEN what = 'other content' THEN CASE outcome WHEN 'wrong: KC005' THEN 'ok' ELSE replace(outcome, 'wrong: ', '') END ELSE outcome END;
        RETURN NEXT;
    END LOOP;
END $$;

-- Without any alteration, all of it is right, and doctor() has nothing to say of shapes.
BEGIN;
SELECT * FROM test.life() WHERE outcome <> 'ok';
SELECT * FROM command_center.doctor() WHERE name ~ 'shape|doctor';
ROLLBACK;

-- One alteration, the life with it, and all undone: what was neither right nor a clear error, and whether doctor() spoke. Errors of the server's
-- inside (XX…), an answer that is wrong, and "try again" for ever are none; where rows were destroyed, an answer without them is right.
CREATE FUNCTION test.live_with(alteration text, must_speak boolean, destroys boolean) RETURNS TABLE (what text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    found text[];
BEGIN
    BEGIN
        BEGIN
            EXECUTE alteration;
        EXCEPTION WHEN OTHERS THEN
            RETURN;  -- the server does not let anybody
        END;
        SELECT array_agg(ARRAY[life.what, life.outcome]) INTO found FROM test.life()
        WHERE life.outcome ~ CASE WHEN destroys THEN '^XX|^40001|^57|^58' ELSE '^XX|^wrong|^40001|^KC00[458]|^accepted|^57|^58' END;
        IF must_speak AND NOT EXISTS (SELECT FROM command_center.doctor() WHERE name IN ('table_shape', 'unlogged', 'owners')) THEN
            found := found || ARRAY[ARRAY['doctor', 'silent']];
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'TT000';
    EXCEPTION WHEN SQLSTATE 'TT000' THEN
    END;
    RETURN QUERY SELECT found[i][1], found[i][2] FROM generate_subscripts(found, 1) AS i;
END $$;

CREATE TABLE test.alteration (number serial, alteration text, must_speak boolean, destroys boolean NOT NULL DEFAULT false);
CREATE VIEW test.tables AS SELECT oid, relname, relkind, 'command_center.' || relname AS name,
    CASE WHEN relkind = 'p' THEN 'command_center.' || relname || to_char(now() AT TIME ZONE 'UTC', '_YYYYMMDD') END AS today,
    relname IN ('command_dispatches', 'transactional_outbox', 'dispatch_events', 'dispatch_deadlines', 'idempotency_keys') AS is_written,
    relname IN ('command_dispatches', 'transactional_outbox', 'dispatch_events', 'dispatch_deadlines', 'idempotency_keys', 'publication_batches', 'tenant_modules') AS is_shaped
FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition;
CREATE DOMAIN test.short AS text CHECK (length(VALUE) < 5);
CREATE DOMAIN test.id AS uuid CHECK (VALUE <> '00000000-0000-0000-0000-000000000000');
-- The views read the columns, so nobody could alter those with them.
\set without_views 'DROP VIEW IF EXISTS command_center.health, command_center.outbox_status CASCADE; '
CREATE FUNCTION test.of_type(type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE type WHEN 'text' THEN 'varchar(30) USING left(%1$I, 30)' WHEN 'json' THEN 'jsonb USING %1$I::jsonb' WHEN 'jsonb' THEN 'json USING %1$I::json'
        WHEN 'uuid' THEN 'text USING %1$I::text' WHEN 'bigint' THEN 'numeric USING %1$I' WHEN 'integer' THEN 'bigint USING %1$I'
        WHEN 'timestamp with time zone' THEN 'timestamptz(0)' WHEN 'boolean' THEN 'text USING %1$I::text' WHEN 'bytea' THEN 'text USING encode(%1$I, ''hex'')'
        WHEN 'date' THEN 'timestamp USING %1$I' WHEN 'xid8' THEN 'text USING %1$I::text' WHEN 'pg_snapshot' THEN 'text USING %1$I::text'
        ELSE 'text USING %1$I::text' END $$;

-- Every column: another type, no name, a NULL where there may be none, gone.
INSERT INTO test.alteration (alteration, must_speak)
SELECT :'without_views' || format('ALTER TABLE %s ALTER %I TYPE ' || test.of_type(format_type(atttypid, NULL)), name, attname), is_shaped
FROM test.tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped WHERE is_written OR attnum % 3 = 0 ORDER BY relname, attnum;
INSERT INTO test.alteration (alteration, must_speak)
SELECT :'without_views' || format('ALTER TABLE %s RENAME %I TO renamed', name, attname), is_shaped
FROM test.tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped WHERE attnum % 8 = 1 ORDER BY relname, attnum;
INSERT INTO test.alteration (alteration, must_speak, destroys)
SELECT :'without_views' || format('ALTER TABLE %s ALTER %I DROP NOT NULL; UPDATE %1$s SET %2$I = NULL', name, attname), false, true
FROM test.tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped AND attnotnull WHERE attnum % 2 = 0 ORDER BY relname, attnum;
INSERT INTO test.alteration (alteration, must_speak, destroys)
SELECT :'without_views' || format('ALTER TABLE %s DROP %I CASCADE; ALTER TABLE %1$s ADD %2$I %s', name, attname, format_type(atttypid, NULL)), is_shaped, true
FROM test.tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped WHERE attnum % 6 = 2 AND is_shaped ORDER BY relname, attnum;

-- Every table, and today's partition of each.
CREATE FUNCTION test.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION test.pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
INSERT INTO test.alteration (alteration, must_speak, destroys)
SELECT :'without_views' || format(alteration, name, relname, today, coalesce(today, name)), must_speak, made.destroys FROM test.tables CROSS JOIN LATERAL (VALUES
    ('ALTER TABLE %1$s ADD added integer NOT NULL DEFAULT 1', is_shaped, false),
    ('ALTER TABLE %1$s ADD generated text GENERATED ALWAYS AS (''a'') STORED', is_shaped, false),
    ('ALTER TABLE %1$s ADD identity bigint GENERATED ALWAYS AS IDENTITY', is_shaped, false),
    ('ALTER TABLE %1$s ADD CONSTRAINT never CHECK (false) NOT VALID', is_written, true),
    ('ALTER TABLE %4$s ADD CONSTRAINT never CHECK (false) NOT VALID', is_written, true),
    ('CREATE TRIGGER passes BEFORE INSERT ON %4$s FOR EACH ROW EXECUTE FUNCTION test.pass()', is_written, false),
    ('CREATE RULE nothing AS ON INSERT TO %1$s DO INSTEAD NOTHING', is_written, true),
    ('ALTER TABLE %1$s FORCE ROW LEVEL SECURITY', is_shaped, true),
    ('REVOKE ALL ON %1$s FROM CURRENT_USER', false, false),
    ('ALTER TABLE %1$s OWNER TO test_other', is_shaped, false),
    ('ALTER TABLE %4$s OWNER TO test_other', is_shaped, false),
    ('ALTER TABLE %4$s SET UNLOGGED', is_shaped, false),
    ('ALTER TABLE %1$s DROP CONSTRAINT %2$s_pkey CASCADE', is_shaped AND relname NOT IN ('transactional_outbox', 'dispatch_deadlines'), false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE VIEW %1$s AS SELECT * FROM command_center.gone', is_shaped, false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE MATERIALIZED VIEW %1$s AS SELECT * FROM command_center.gone', is_shaped, false),
    ('ALTER TABLE %1$s RENAME TO gone; CREATE TABLE %1$s (LIKE command_center.gone INCLUDING ALL)', is_shaped AND relkind = 'p', true),
    ('DROP TABLE %1$s CASCADE', false, true),
    ('DROP TABLE %3$s CASCADE', false, true),
    ('ALTER TABLE %1$s DETACH PARTITION %3$s; CREATE TABLE command_center.wide PARTITION OF %1$s DEFAULT', false, true),
    ('INSERT INTO pg_catalog.pg_dist_partition VALUES (''%1$s'')', is_shaped, true)
) AS made (alteration, must_speak, destroys) WHERE format(alteration, name, relname, today, coalesce(today, name)) <> '' AND (is_shaped OR hashtext(relname || alteration) % 3 = 0) ORDER BY relname, alteration;

-- Keys, partitions by hand, what only some tables have.
INSERT INTO test.alteration (alteration, must_speak) VALUES
    ('ALTER TABLE command_center.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (first_used_on, use_number, idempotency_key, command_name, tenant_id)', true),
    ('ALTER TABLE command_center.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (tenant_id, command_name, idempotency_key, first_used_on, use_number) DEFERRABLE', true),
    ('ALTER TABLE command_center.idempotency_keys DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (tenant_id, command_name, idempotency_key, first_used_on, use_number) INCLUDE (command_id)', false),
    ('ALTER TABLE command_center.idempotency_keys ADD UNIQUE (tenant_id, idempotency_key, first_used_on)', true),
    ('ALTER TABLE command_center.command_dispatches DROP CONSTRAINT command_dispatches_pkey, ADD PRIMARY KEY (command_id, tenant_id)', true),
    ('ALTER TABLE command_center.tenant_modules DROP CONSTRAINT tenant_modules_pkey, ADD PRIMARY KEY (module, tenant_id)', true),
    ('ALTER TABLE command_center.publication_batches DROP CONSTRAINT publication_batches_pkey, ADD PRIMARY KEY (opened_at, batch_id, publisher)', true),
    ('ALTER TABLE command_center.transactional_outbox ALTER topic TYPE test.short USING ''a''', true),
    ('ALTER TABLE command_center.command_dispatches ALTER route_id TYPE test.id', true),
    ('ALTER TABLE command_center.idempotency_keys ALTER command_id TYPE test.id', true),
    ('CREATE INDEX of_expression ON command_center.command_dispatches (upper(role))', true),
    ('ALTER TABLE command_center.transactional_outbox ADD EXCLUDE (topic WITH =)', true),
    ('CREATE UNIQUE INDEX one ON command_center.transactional_outbox (topic, message_id)', true),
    ('CREATE TRIGGER of_statement AFTER INSERT ON command_center.command_dispatches FOR EACH STATEMENT EXECUTE FUNCTION test.pass()', true),
    ('ALTER SEQUENCE command_center.outbox_position AS integer', false), ('ALTER SEQUENCE command_center.outbox_position MAXVALUE 4', false),
    ('DROP SEQUENCE command_center.outbox_position CASCADE', false),
    ('ALTER SEQUENCE command_center.outbox_position RENAME TO gone; CREATE TABLE command_center.outbox_position (last_value bigint, is_called boolean)', false);
-- Today's partition is attached anew: columns in another order, with one that was dropped, unlogged, foreign, with days of its own.
INSERT INTO test.alteration (alteration, must_speak, destroys)
SELECT format($a$DO $d$ DECLARE bound text := pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = '%3$s'::regclass; BEGIN
    ALTER TABLE %1$s DETACH PARTITION %3$s; EXECUTE format('%4$s', bound); END $d$ $a$, name, relname, today, replace(replace(made.attach, '{name}', name), '{today}', today)), true, true
FROM test.tables JOIN pg_partitioned_table ON partrelid = tables.oid CROSS JOIN LATERAL (VALUES
    ('CREATE TABLE command_center.other AS SELECT ' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum DESC) FROM pg_attribute WHERE attrelid = tables.oid AND attnum > 0)
        || ' FROM {today}; ALTER TABLE command_center.other ' || (SELECT string_agg(format('ALTER %I SET NOT NULL', attname), ', ') FROM pg_attribute WHERE attrelid = tables.oid AND attnotnull)
        || '; ALTER TABLE {name} ATTACH PARTITION command_center.other %%s'),
    ('CREATE TABLE command_center.other (first integer, LIKE {today} INCLUDING ALL); ALTER TABLE command_center.other DROP first; ALTER TABLE {name} ATTACH PARTITION command_center.other %%s'),
    ('CREATE TABLE command_center.other PARTITION OF {name} %%1$s PARTITION BY LIST (' || (SELECT attname FROM pg_attribute WHERE attrelid = tables.oid AND attnum = partattrs[0])
        || '); CREATE TABLE command_center.other_all PARTITION OF command_center.other DEFAULT')
) AS made (attach) WHERE is_shaped ORDER BY relname;

CREATE ROLE test_other;
GRANT CREATE ON SCHEMA command_center TO test_other;
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass);
SET allow_system_table_mods = off;
SELECT count(*) > 150 AS many FROM test.alteration;
SELECT left(alteration, 300) AS alteration, string_agg(what || ' ' || outcome, ', ') AS outcomes
FROM test.alteration CROSS JOIN LATERAL test.live_with(alteration, must_speak, destroys) GROUP BY number, alteration ORDER BY number;
SET allow_system_table_mods = on;
DROP TABLE pg_catalog.pg_dist_partition;
SET allow_system_table_mods = off;
DROP VIEW test.tables;
DROP TABLE test.old, test.alteration;
CALL test.start();
DROP OWNED BY test_other;
DROP ROLE test_other;
DROP FUNCTION test.life, test.live_with, test.step, test.of_type, test.swallow, test.pass;
DROP DOMAIN test.short, test.id;
