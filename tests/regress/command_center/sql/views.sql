-- outbox_status and health tell operators how publishing goes and what needs attention; they count over all tenants and show none.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE VIEW test.outbox AS SELECT publisher, pending_messages, pending_is_exact, oldest_pending_age IS NOT NULL AS waits, last_batch_id, published_through,
    last_published_at IS NOT NULL AS published_once, lease_holder FROM command_center.outbox_status;

-- Nothing happened yet; then messages wait.
SELECT * FROM test.outbox;
SELECT name, severity, finding FROM command_center.health ORDER BY name;
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant())) FROM generate_series(1, 5) AS n;
SELECT * FROM test.outbox;
SELECT name, severity, regexp_replace(finding, 'for \d+ s', 'for n s') AS finding FROM command_center.health WHERE name IN ('relay', 'pending') ORDER BY name;

-- A relay works; its batches, slice by slice.
SELECT granted FROM command_center.acquire_lease('default', 'relay-1', '1 hour');
SELECT batch_id, messages FROM command_center.next_batch('default', 0, max_messages => 2);
SELECT * FROM test.outbox;
SELECT batch_id, messages FROM command_center.next_batch('default', 1, max_messages => 2);
SELECT * FROM test.outbox;
SELECT batch_id, messages FROM command_center.next_batch('default', 2, max_messages => 2);
SELECT * FROM test.outbox;
SELECT batch_id, messages FROM command_center.next_batch('default', 3);
SELECT * FROM test.outbox;
SELECT severity, finding FROM command_center.health WHERE name IN ('relay', 'pending') ORDER BY name;
SELECT last_published_at = (SELECT opened_at FROM command_center.publication_batches WHERE batch_id = 4) AS is_when_it_was_confirmed FROM command_center.outbox_status;
-- What is rolled back waits for nobody, and a position above does not hide it.
BEGIN;
SELECT status FROM command_center.execute_command('test.book', '{"id": "no"}', test.tenant());
ROLLBACK;
SELECT * FROM test.outbox;
SELECT command_center.release_lease('default', 'relay-1');
SELECT severity, finding FROM command_center.health WHERE name = 'relay';

-- More than are counted: about how many.
INSERT INTO command_center.transactional_outbox SELECT nextval('command_center.outbox_position'), pg_current_xact_id(), tenant_id, message_id, command_id, topic, partition_key, headers, value
FROM (SELECT * FROM command_center.transactional_outbox ORDER BY "position" LIMIT 1) AS one, generate_series(1, 12000);
SELECT pending_messages BETWEEN 11999 AND 12001 AS about, pending_is_exact FROM command_center.outbox_status;
-- A large day is not read as a whole for them, whatever the planner expects.
ANALYZE command_center.transactional_outbox;
BEGIN;
SELECT count(pending_messages) AS publishers FROM command_center.outbox_status;
SELECT sum(seq_scan) AS whole_days_read FROM pg_stat_xact_user_tables WHERE relname LIKE 'transactional\_outbox\_%';
COMMIT;
DELETE FROM command_center.transactional_outbox WHERE "position" > 6;

-- Old messages: by the time in their ids.
CREATE FUNCTION test.wait_since(age interval) RETURNS TABLE (severity text, finding text) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO command_center.transactional_outbox
    SELECT nextval('command_center.outbox_position'), pg_current_xact_id(), tenant_id,
        (lpad(to_hex(floor(extract(epoch FROM clock_timestamp() - age) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid,
        command_id, topic, partition_key, headers, value
    FROM command_center.transactional_outbox ORDER BY "position" LIMIT 1;
    RETURN QUERY SELECT health.severity, regexp_replace(health.finding, 'for \d+ s', 'for n s') FROM command_center.health WHERE name = 'pending';
END $$;
SELECT * FROM test.wait_since('30 seconds');
SELECT * FROM test.wait_since('2 minutes');
SELECT * FROM test.wait_since('11 minutes');
DELETE FROM command_center.transactional_outbox WHERE "position" > 6;

-- Commands that are not done in the time that was agreed on. Deadlines are recorded only for those whose template has an sla.
SELECT count(*) AS deadlines FROM command_center.dispatch_deadlines;
SELECT command_center.register_command('test.agreed', '{}', default_target => 'bookings', sla => '1 hour');
SELECT version FROM command_center.set_route('test.agreed', '{"targets": [{"serviceId": "bookings"}], "also": ["audit"]}');
SELECT command_id AS late FROM command_center.execute_command('test.agreed', '{}', test.tenant()) \gset
SELECT status FROM command_center.execute_command('test.agreed', '{}', test.tenant());
SELECT count(*) AS deadlines, bool_and(deadline = received_at + interval '1 hour') AS as_agreed FROM command_center.dispatch_deadlines JOIN command_center.command_dispatches USING (tenant_id, command_id);
SELECT (dispatch -> 'sla' ->> 'deadline')::timestamptz = deadline AS agreed FROM command_center.dispatch_deadlines, command_center.get_dispatch(tenant_id, command_id) AS dispatch LIMIT 1;
SELECT severity, finding FROM command_center.health WHERE name = 'sla';
UPDATE command_center.dispatch_deadlines SET deadline = deadline - interval '2 hours' WHERE command_id = :'late';
SELECT severity, finding FROM command_center.health WHERE name = 'sla';
SELECT command_center.acknowledge_command(test.tenant(), :'late', 'completed', 'bookings');
SELECT severity, finding FROM command_center.health WHERE name = 'sla';
SELECT command_center.acknowledge_command(test.tenant(), :'late', 'ignored', 'audit');
SELECT severity, finding FROM command_center.health WHERE name = 'sla';
SELECT count(*) FROM command_center.replay_dispatch(test.tenant(), :'late', 'again');
SELECT severity, finding FROM command_center.health WHERE name = 'sla';
UPDATE command_center.dispatch_deadlines SET deadline = deadline - interval '1 day' WHERE command_id = :'late';
SELECT severity, finding FROM command_center.health WHERE name = 'sla';

-- Partitions run out.
CREATE FUNCTION test.drop_from(days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'command_center.dispatch_events'::regclass
        AND to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') > (now() AT TIME ZONE 'UTC')::date + days LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
END $$;
SELECT test.drop_from(7);
SELECT severity, finding FROM command_center.health WHERE name = 'partitions';
SELECT test.drop_from(6);
SELECT severity, finding FROM command_center.health WHERE name = 'partitions';
SELECT test.drop_from(0);
SELECT severity, finding FROM command_center.health WHERE name = 'partitions';
SELECT test.drop_from(-2);
SELECT severity, finding FROM command_center.health WHERE name = 'partitions';
SELECT command_center.maintain() > 0 AS made;
SELECT severity, finding FROM command_center.health WHERE name = 'partitions';

-- Steps that are missing, an extension that is missing: the views do not need it, and do not keep it.
DELETE FROM command_center.setup_steps WHERE name IN ('health', 'outbox_status');
SELECT severity, finding FROM command_center.health WHERE name = 'setup';
DROP EXTENSION command_center;
SELECT severity, finding FROM command_center.health WHERE name = 'setup';
SELECT pending_messages FROM command_center.outbox_status;
CREATE EXTENSION command_center;

-- They are nobody's but the owner's until somebody is given them, and whoever reads them needs no right on a table.
CREATE ROLE test_watcher;
GRANT USAGE ON SCHEMA command_center TO test_watcher;
SET ROLE test_watcher;
SELECT * FROM command_center.health;
\echo :SQLSTATE
RESET ROLE;
GRANT SELECT ON command_center.health, command_center.outbox_status TO test_watcher;
GRANT EXECUTE ON FUNCTION command_center.overdue_commands, command_center.waiting_messages, command_center.days_ahead, command_center.refused_commands, command_center.foreign_publishers TO test_watcher;
SET ROLE test_watcher;
SELECT count(*) FROM command_center.health;
SELECT pending_messages FROM command_center.outbox_status;
-- What the view asks is answered, and nothing else: whether anybody has sent something with a key that the caller thinks of would be told by its share.
SELECT messages, lowest_position, oldest_at FROM command_center.waiting_messages('3:3:', NULL, NULL, 1, 1, NULL);
SELECT count(*) FROM generate_series(1, 1000) AS shard, LATERAL command_center.waiting_messages('3:3:', NULL, NULL, shard, 1000, NULL) WHERE messages > 0;
SELECT count(*) FROM command_center.dispatch_deadlines;
\echo :SQLSTATE
RESET ROLE;
DROP OWNED BY test_watcher;
DROP ROLE test_watcher;
DROP VIEW test.outbox;
DROP FUNCTION test.drop_from, test.wait_since;
