-- What the isolation tests share: a fresh outbox for each permutation, a command with a number, and a publisher that reports numbers.
-- Bodies name tables that are made later.
SET check_function_bodies = off;
CREATE SCHEMA test;
CREATE EXTENSION command_center;

-- Every row of the server's catalogue that is about the schema, by the transaction that wrote it: whatever is altered is written anew.
CREATE FUNCTION test.made() RETURNS text LANGUAGE sql AS $$
    WITH relation AS (
        SELECT oid, xmin, ctid FROM pg_class WHERE relnamespace = 'command_center'::regnamespace
    ), made AS (
        SELECT tableoid, xmin, ctid FROM pg_class WHERE oid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_constraint WHERE conrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_policy WHERE polrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_sequence WHERE seqrelid IN (SELECT oid FROM relation)
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_namespace
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_extension
        UNION ALL SELECT tableoid, xmin, ctid FROM pg_default_acl
    )
    SELECT md5(string_agg(concat_ws(' ', tableoid, ctid, xmin), ',' ORDER BY tableoid, ctid)) FROM made
$$;

-- What start() made: the catalogue, and the rows of each table in the order in which the tables were made.
CREATE TABLE test.started (made text, "position" bigint, position_is_called boolean);
CREATE TABLE test.started_rows (number serial, relation regclass, rows text[]);
CREATE PROCEDURE test.remember() LANGUAGE plpgsql AS $$
DECLARE
    relation regclass;
    rows text[];
BEGIN
    TRUNCATE test.started, test.started_rows;
    FOR relation IN SELECT oid FROM pg_class
        WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY oid
    LOOP
        EXECUTE format('SELECT array_agg(kept::text) FROM %s AS kept', relation) INTO rows;
        INSERT INTO test.started_rows (relation, rows) VALUES (relation, rows);
    END LOOP;
    INSERT INTO test.started SELECT test.made(), last_value, is_called FROM command_center.outbox_position;
END $$;

-- Puts the rows back. The triggers tell every session so.
CREATE PROCEDURE test.rewind() LANGUAGE plpgsql AS $$
DECLARE
    started record;
BEGIN
    FOR started IN SELECT relation FROM test.started_rows ORDER BY number DESC LOOP
        EXECUTE format('DELETE FROM %s', started.relation);
    END LOOP;
    FOR started IN SELECT relation, rows FROM test.started_rows WHERE rows IS NOT NULL ORDER BY number LOOP
        EXECUTE format('INSERT INTO %1$s SELECT (kept::%1$s).* FROM unnest($1) AS kept', started.relation) USING started.rows;
    END LOOP;
    PERFORM setval('command_center.outbox_position', "position", position_is_called) FROM test.started;
END $$;

-- Everything as after the first setup(), with one command; in an earlier version where one is named. setup() takes far longer than a
-- permutation: where nobody altered what the last one made, only the rows are as they were then.
CREATE PROCEDURE test.start(version text DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE test.published;
    IF version IS NULL AND (SELECT made FROM test.started) = test.made() THEN
        CALL test.rewind();
        RETURN;
    END IF;
    DROP EXTENSION command_center;
    DROP SCHEMA command_center CASCADE;
    EXECUTE concat('CREATE EXTENSION command_center', ' VERSION ' || quote_literal(version));
    PERFORM command_center.setup();
    -- Before 0.3.0 every name was one.
    IF version IS NULL THEN
        PERFORM command_center.set_environment('staging');
    END IF;
    PERFORM command_center.set_service('counter');
    PERFORM command_center.set_service('auditor');
    PERFORM command_center.register_command('test.count',
        '{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}',
        default_target => 'counter');
    PERFORM command_center.register_command('test.order',
        '{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}',
        default_target => 'counter', ordered => true);
    IF version IS NULL THEN
        CALL test.remember();
    ELSE
        TRUNCATE test.started, test.started_rows;
    END IF;
END $$;

-- Executes the command with each number.
CREATE FUNCTION test.execute(VARIADIC numbers integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.count', jsonb_build_object('n', n), '00000000-0000-0000-0000-000000000001')
    FROM unnest(numbers) AS n;
END $$;

-- Executes the command with a number, and answers its mode, or the SQLSTATE of a refusal: that is undone alone.
CREATE FUNCTION test.outcome(n integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (command_center.execute_command('test.count', jsonb_build_object('n', n), '00000000-0000-0000-0000-000000000001')).mode;
EXCEPTION WHEN SQLSTATE 'KC010' OR SQLSTATE 'KC011' THEN
    RETURN SQLSTATE;
END $$;

-- Lets each tenant send so many commands at once and one more a minute.
CREATE FUNCTION test.limit(burst integer) RETURNS integer LANGUAGE sql AS $$
    SELECT version FROM command_center.set_feature('enabled',
        limits => jsonb_build_object('per', 'tenant', 'maxPerMinute', 1, 'burst', burst))
$$;

-- Executes the ordered command with a number, and answers it.
CREATE FUNCTION test.execute_ordered(n integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.order', jsonb_build_object('n', n), '00000000-0000-0000-0000-000000000001');
    RETURN n;
END $$;

-- Remembers how many commits have signalled the outbox; tells whether it has changed since, and waits until it has.
CREATE FUNCTION test.look_at_outbox() RETURNS void LANGUAGE sql AS $$
    SELECT set_config('test.seen', command_center.wait_for_outbox()::text, false)
$$;
CREATE FUNCTION test.outbox_changed(timeout interval DEFAULT '0') RETURNS boolean LANGUAGE sql AS $$
    SELECT command_center.wait_for_outbox(timeout, current_setting('test.seen')::bigint) <> current_setting('test.seen')::bigint
$$;
CREATE FUNCTION test.await_outbox() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WHILE NOT test.outbox_changed('1 second') LOOP
    END LOOP;
END $$;

-- Which service a command would go to now, by executing one.
CREATE FUNCTION test.target() RETURNS text LANGUAGE sql AS $$
    SELECT target_service
    FROM command_center.execute_command('test.count', jsonb_build_object('n', 1), '00000000-0000-0000-0000-000000000001')
$$;

-- Registers a new version of the command and answers the warnings about it; `const` is the only payload it then takes.
CREATE FUNCTION test.accept_only(number integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM command_center.register_command('test.count',
        jsonb_build_object('const', jsonb_build_object('n', number)), default_target => 'counter')
$$;

-- Sends the command to a service and answers the version of the route.
CREATE FUNCTION test.route_to(service_id text, environment text DEFAULT NULL, expected_version integer DEFAULT NULL) RETURNS integer LANGUAGE sql AS $$
    SELECT version FROM command_center.set_route('test.count',
        jsonb_build_object('targets', jsonb_build_array(jsonb_build_object('serviceId', service_id, 'weight', 1))),
        environment => route_to.environment, expected_version => route_to.expected_version)
$$;

-- What "Kafka" has: one row for each message of each batch that was published.
CREATE TABLE test.published (batch_id bigint, ordinal bigint, n integer);

CREATE FUNCTION test.numbers(batch bigint) RETURNS integer[] LANGUAGE sql AS $$
    SELECT array_agg((message.value::jsonb -> 'payload' ->> 'n')::integer ORDER BY message.ordinality)
    FROM command_center.batch_messages('default', batch) WITH ORDINALITY AS message
$$;

CREATE FUNCTION test.published_through() RETURNS bigint LANGUAGE sql AS $$
    SELECT coalesce(max(batch_id), 0) FROM test.published
$$;

-- Opens the next batch and answers its number; NULL when there is none.
CREATE FUNCTION test.open_batch(max_messages integer DEFAULT 1000) RETURNS bigint LANGUAGE sql AS $$
    SELECT batch_id FROM command_center.next_batch('default', test.published_through(), max_messages)
$$;

-- Publishes one batch and answers its numbers in order; NULL when there was nothing to publish.
CREATE FUNCTION test.publish(max_messages integer DEFAULT 1000) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    batch bigint := test.open_batch(max_messages);
BEGIN
    IF batch IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO test.published SELECT batch, ordinality, n FROM unnest(test.numbers(batch)) WITH ORDINALITY AS message(n, ordinality);
    RETURN test.numbers(batch);
END $$;

-- The numbers that were committed and the numbers that were published, each as often as it was.
CREATE FUNCTION test.difference() RETURNS TABLE (what text, n integer, times bigint) LANGUAGE sql AS $$
    WITH committed AS (
        SELECT (value::jsonb -> 'payload' ->> 'n')::integer AS n, count(*) AS times FROM command_center.transactional_outbox GROUP BY 1
    ), published AS (
        SELECT n, count(*) AS times FROM test.published GROUP BY 1
    )
    (SELECT 'not published', committed.n, committed.times FROM (TABLE committed EXCEPT TABLE published) AS committed)
    UNION ALL
    (SELECT 'published instead', published.n, published.times FROM (TABLE published EXCEPT TABLE committed) AS published)
    ORDER BY 1, 2
$$;

-- Uses one idempotency key, and answers who was the first to.
CREATE FUNCTION test.use(who text, n integer DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT correlation_id || CASE WHEN replayed THEN ' was first' ELSE ' is first' END
    FROM command_center.execute_command('test.count', jsonb_build_object('n', n), '00000000-0000-0000-0000-000000000001',
        correlation_id => who, idempotency_key => 'key')
$$;

-- Uses the same key in a batch, and answers the status, or the SQLSTATE of a refusal.
CREATE FUNCTION test.use_in_batch() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(sqlstate, status) FROM command_center.execute_commands(ARRAY[ROW('test.count', '{"n": 1}',
        '00000000-0000-0000-0000-000000000001', NULL, 'batch', 'key', NULL, NULL, NULL)::command_center.command_request])
$$;

-- Publishes an event, and answers its value without what differs from run to run, or the SQLSTATE of the refusal.
CREATE FUNCTION test.publish_to(topic text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    id uuid;
BEGIN
    id := command_center.publish_event(topic, 'e', '{"n": 1}', '00000000-0000-0000-0000-000000000001');
    RETURN (SELECT value::jsonb - 'metadata' FROM command_center.transactional_outbox WHERE message_id = id);
EXCEPTION WHEN OTHERS THEN
    RETURN to_jsonb(SQLSTATE);
END $$;

-- For a trigger: from then on nobody is waited for any longer.
CREATE FUNCTION test.hurry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL lock_timeout = '10ms';
    RETURN NEW;
END $$;

-- Reports on the only command.
CREATE FUNCTION test.acknowledge(status text) RETURNS boolean LANGUAGE sql AS $$
    SELECT command_center.acknowledge_command(tenant_id, command_id, status, 'counter') FROM command_center.command_dispatches
$$;

-- How get_dispatch says each number is published, and whether its batch was confirmed: the batch of test.published has a successor.
CREATE FUNCTION test.states() RETURNS TABLE (n integer, state text, is_confirmed boolean) LANGUAGE sql AS $$
    SELECT (message.value::jsonb -> 'payload' ->> 'n')::integer,
        command_center.get_dispatch(message.tenant_id, message.command_id) -> 'published' ->> 'state',
        EXISTS (SELECT FROM test.published JOIN command_center.publication_batches AS next ON next.batch_id = published.batch_id + 1
            WHERE published.n = (message.value::jsonb -> 'payload' ->> 'n')::integer)
    FROM command_center.transactional_outbox AS message ORDER BY 1
$$;

-- A command that is ordered by a key of its payload, and locks that are taken in the same order in each run.
CREATE FUNCTION test.order_by_key() RETURNS bigint LANGUAGE sql AS $$
    UPDATE command_center.lock_secret SET secret = '00000000-0000-0000-0000-000000000000';
    SELECT count(*) FILTER (WHERE keyword <> 'partition_key') FROM command_center.register_command('test.key', '{"type": "object"}', default_target => 'counter',
        partition_key => '/k', ordered => true)
$$;

-- Executes an ordered command for each of so many keys, one by one or in one batch.
CREATE FUNCTION test.order_keys(prefix text, keys integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    done bigint := 0;
BEGIN
    FOR n IN 1 .. keys LOOP
        PERFORM command_center.execute_command('test.key', jsonb_build_object('k', prefix || n), '00000000-0000-0000-0000-000000000001');
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
CREATE FUNCTION test.order_batch(prefix text, keys integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE status = 'accepted') FROM command_center.execute_commands(ARRAY(
        SELECT ROW('test.key', jsonb_build_object('k', prefix || n), '00000000-0000-0000-0000-000000000001',
            NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request FROM generate_series(1, keys) AS n))
$$;

-- Executes it for one key.
CREATE FUNCTION test.order_one(key text) RETURNS text LANGUAGE sql AS $$
    SELECT status FROM command_center.execute_command('test.key', jsonb_build_object('k', key), '00000000-0000-0000-0000-000000000001')
$$;

-- Takes, in every form there is in SQL, all keys of locks that others hold or that 0.2.0 used, and answers whether it got them all.
CREATE FUNCTION test.take_all_keys() RETURNS boolean LANGUAGE sql AS $$
    SELECT coalesce(bool_and(pg_try_advisory_xact_lock(held.key) AND pg_try_advisory_xact_lock((held.key >> 32)::integer, held.key::bit(32)::integer)), true)
    FROM (
        SELECT classid::bigint << 32 | objid::bigint AS key FROM pg_locks WHERE locktype = 'advisory'
        UNION SELECT uuid_hash_extended('00000000-0000-0000-0000-000000000001', 0)
        UNION SELECT 7164498186862127470
        UNION SELECT ('pg_namespace'::regclass::oid::bigint << 32) | 'command_center'::regnamespace::oid::bigint
    ) AS held
$$;

-- How many locks of ours this session holds.
CREATE FUNCTION test.locks() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
$$;

-- Uses an idempotency key.
CREATE FUNCTION test.use_key(key text) RETURNS boolean LANGUAGE sql AS $$
    SELECT replayed FROM command_center.execute_command('test.count', '{"n": 1}', '00000000-0000-0000-0000-000000000001', idempotency_key => key)
$$;
