-- maintain() empties and drops the partitions of old days, and never what is unpublished or still needed.
\set SHOW_CONTEXT never
CALL test.start();
-- Autovacuum may be at work on one of them.
SET command_center.maintenance_lock_timeout = '60s';

-- A partition for a day of 2020, with a command of that day: published, as far as the publisher knows, once a batch has it.
CREATE PROCEDURE test.make_day(day date) LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    low text;
    high text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['transactional_outbox', 'command_dispatches', 'publication_batches', 'publisher_leases'] LOOP
        low := day;
        high := day + 1;
        IF parent IN ('transactional_outbox', 'command_dispatches') THEN
            low := test.uuid_at(day);
            high := test.uuid_at(day + 1);
        END IF;
        EXECUTE format('CREATE TABLE command_center.%1$I (LIKE command_center.%2$I INCLUDING ALL)', parent || to_char(day, '_YYYYMMDD'), parent);
        EXECUTE format('ALTER TABLE command_center.%2$I ATTACH PARTITION command_center.%1$I FOR VALUES FROM (%3$L) TO (%4$L)',
            parent || to_char(day, '_YYYYMMDD'), parent, low, high);
    END LOOP;
END $$;
CREATE FUNCTION test.uuid_at(at timestamptz) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
-- A command and its message that this transaction executes, on an old day.
CREATE FUNCTION test.execute_on(day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO command_center.command_dispatches (tenant_id, command_id, command_name, template_version, mode, target_service, environment,
        sticky_key, correlation_id, payload_sha256, received_at, transaction_id, "position")
    VALUES (test.tenant(), test.uuid_at(day), 'test.book', 1, 'execute', 'bookings', 'production', 'r', 'r', '\x00', day, pg_current_xact_id(),
        nextval('command_center.outbox_position'));
    INSERT INTO command_center.transactional_outbox
    SELECT "position", transaction_id, tenant_id, command_id, command_id, 'commands.primary', 'r', '{}', '{}'
    FROM command_center.command_dispatches WHERE command_id = test.uuid_at(day);
END $$;
-- The partitions of 2020 and whether they hold rows.
CREATE FUNCTION test.days() RETURNS TABLE (name name, rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'r' AND relname ~ '_2020[0-9]{4}$' ORDER BY relname COLLATE "C" LOOP
        EXECUTE format('SELECT count(*) FROM command_center.%I', name) INTO rows;
        RETURN NEXT;
    END LOOP;
END $$;
-- Nothing that is unpublished goes, and no dispatch before its message.
CALL test.make_day('2020-01-01');
CALL test.make_day('2020-01-02');
SELECT test.execute_on('2020-01-01');
INSERT INTO command_center.publisher_leases VALUES ('default', '2020-01-01', 1, 'old', '2020-01-01'), ('default', '2020-01-02', 2, 'last', '2020-01-02');
SELECT command_center.maintain();
SELECT * FROM test.days();

-- A batch is open: it is not published yet.
SELECT batch_id, messages FROM command_center.next_batch('default', 0);
SELECT command_center.maintain();
SELECT * FROM test.days();

-- Published. Without anything newer the old day's rows still go; the last lease stays.
SELECT batch_id, messages FROM command_center.next_batch('default', 1);
SET command_center.outbox_retention = -1;
SELECT command_center.maintain();
SET command_center.outbox_retention = '20000 d';
SELECT command_center.maintain();
RESET command_center.outbox_retention;
SET command_center.dispatch_retention = -1;
SELECT command_center.maintain();
RESET command_center.dispatch_retention;
SELECT * FROM test.days();
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT command_center.maintain();

-- A window in slices: the second slice is not published.
BEGIN;
SELECT test.execute_on('2020-01-01');
COMMIT;
SELECT test.execute_on('2020-01-02');
SELECT batch_id, messages FROM command_center.next_batch('default', 1, max_messages => 1);
SELECT batch_id, messages FROM command_center.next_batch('default', 3, max_messages => 1);
SELECT command_center.maintain();
SELECT * FROM test.days();
SELECT batch_id, messages FROM command_center.next_batch('default', 4, max_messages => 1);
SELECT command_center.maintain();
SELECT * FROM test.days();

-- Every publisher counts.
SELECT test.execute_on('2020-01-02');
SELECT batch_id, messages FROM command_center.next_batch('default', 4);
SELECT batch_id, messages FROM command_center.next_batch('default', 6);
INSERT INTO command_center.publishers SELECT 'second', identity FROM command_center.publishers;
SELECT command_center.maintain();
DELETE FROM command_center.publishers WHERE publisher = 'second';
-- In a restored copy the snapshots mean nothing.
UPDATE command_center.publishers SET identity = 'another';
SELECT command_center.maintain();
SELECT * FROM test.days();
-- Nor where nobody publishes.
DELETE FROM command_center.publishers;
SELECT command_center.maintain();
INSERT INTO command_center.publishers SELECT 'default', command_center.database_identity();
-- Nor under REPEATABLE READ, which cannot see what was committed while it waited.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT command_center.maintain();
COMMIT;
SELECT count(*) AS messages FROM command_center.transactional_outbox_20200102;

-- One that cannot be emptied keeps none of the others.
CREATE TABLE test.reference (tenant_id uuid, command_id uuid,
    FOREIGN KEY (tenant_id, command_id) REFERENCES command_center.command_dispatches_20200102 (tenant_id, command_id));
SELECT command_center.maintain();
DROP TABLE test.reference;
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE rows > 0;

-- A week of empty partitions is kept, more are dropped together; the last lease of the publisher stays.
DO $$ BEGIN
    FOR day IN 3..7 LOOP
        CALL test.make_day(make_date(2020, 1, day));
    END LOOP;
END $$;
SELECT command_center.maintain();
CALL test.make_day('2020-01-08');
SELECT command_center.maintain();
SELECT * FROM test.days();
-- Its row, once it is no longer the last one, goes as well; the audit trail never.
SELECT granted, term FROM command_center.acquire_lease('default', 'new', '5 s');
SELECT command_center.maintain();
SELECT * FROM test.days();

-- Of what is kept for ever, the days on which nothing happened go as well.
DO $$ BEGIN
    FOR day IN 1..9 LOOP
        EXECUTE format('CREATE TABLE command_center.%I PARTITION OF command_center.control_audit FOR VALUES FROM (%L) TO (%L)',
            'control_audit_2020010' || day, test.uuid_at(make_date(2020, 1, day)), test.uuid_at(make_date(2020, 1, day + 1)));
    END LOOP;
END $$;
INSERT INTO command_center.control_audit (audit_id, changed_at, session_role, role, action, object)
VALUES (test.uuid_at('2020-01-05'), '2020-01-05', 'somebody', 'somebody', 'set_service', 'service s');
SELECT command_center.maintain();
SELECT * FROM test.days();

-- Idempotency keys and the events of dispatches have days of their own.
CREATE TABLE command_center.idempotency_keys_20200101 PARTITION OF command_center.idempotency_keys FOR VALUES FROM ('2020-01-01') TO ('2020-01-02');
INSERT INTO command_center.idempotency_keys VALUES (test.tenant(), 'test.book', 'k', '2020-01-01', 1, '\x00', test.uuid_at('2020-01-01'), '2020-01-02');
CREATE TABLE command_center.dispatch_events_20200101 PARTITION OF command_center.dispatch_events
    FOR VALUES FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016f638d-4400-0000-0000-000000000000');
INSERT INTO command_center.dispatch_events (tenant_id, command_id, event_id, kind, at, who)
VALUES (test.tenant(), test.uuid_at('2020-01-01'), test.uuid_at('2020-01-01'), 'consumed', '2020-01-01', 'somebody');
SET command_center.dispatch_retention = -1;
SELECT command_center.maintain();
SELECT * FROM test.days();
RESET command_center.dispatch_retention;
SELECT command_center.maintain();
SELECT * FROM test.days();

-- A key is kept until it has expired, whatever the caller of maintain() has set: the session that used it may have had more patience.
INSERT INTO command_center.idempotency_keys VALUES (test.tenant(), 'test.book', 'k', '2020-01-01', 1, '\x00', test.uuid_at('2020-01-01'), 'infinity');
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE name LIKE 'idempotency%';
UPDATE command_center.idempotency_keys SET expires_at = '2020-01-02' WHERE idempotency_key = 'k';
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE name LIKE 'idempotency%';

-- Events are kept as long as a dispatch of their day, and a partition for the events that may still come as long as one for dispatches.
DO $$ BEGIN
    FOR day IN 10..17 LOOP
        EXECUTE format('CREATE TABLE command_center.%I PARTITION OF command_center.dispatch_events FOR VALUES FROM (%L) TO (%L)',
            'dispatch_events_202001' || day, test.uuid_at(make_date(2020, 1, day)), test.uuid_at(make_date(2020, 1, day + 1)));
        EXECUTE format('CREATE TABLE command_center.%I PARTITION OF command_center.command_dispatches FOR VALUES FROM (%L) TO (%L)',
            'command_dispatches_202001' || day, test.uuid_at(make_date(2020, 1, day)), test.uuid_at(make_date(2020, 1, day + 1)));
    END LOOP;
END $$;
INSERT INTO command_center.command_dispatches (tenant_id, command_id, command_name, template_version, mode, target_service, environment,
    sticky_key, correlation_id, payload_sha256, received_at, transaction_id, "position")
SELECT test.tenant(), test.uuid_at(make_date(2020, 1, day)), 'test.book', 1, 'execute', 'bookings', 'production', 'r', 'r', '\x00', make_date(2020, 1, day),
    pg_current_xact_id(), 1 FROM generate_series(10, 17) AS day;
SET command_center.dispatch_retention = -1;
SELECT command_center.maintain();
SELECT command_center.acknowledge_command(test.tenant(), test.uuid_at('2020-01-10'), 'completed', 'bookings') AS recorded;
RESET command_center.dispatch_retention;
-- Somebody refers to a dispatch, so that its day cannot be emptied.
CREATE TABLE test.reference (tenant_id uuid, command_id uuid,
    FOREIGN KEY (tenant_id, command_id) REFERENCES command_center.command_dispatches_20200110 (tenant_id, command_id));
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE name ~ '2020011.';
SELECT command_center.get_dispatch(test.tenant(), test.uuid_at('2020-01-10')) ->> 'status' AS status;
DROP TABLE test.reference;
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE name ~ '2020011.';
SELECT command_center.maintain();
SELECT * FROM test.days() WHERE name ~ '2020011.';

-- A day that maintain() would make again is never dropped.
SET command_center.outbox_retention = 0;
SET command_center.dispatch_retention = 0;
SELECT count(command_center.maintain()) FROM generate_series(1, 3);
SELECT command_center.maintain() AS made;
RESET ALL;
DROP FUNCTION test.uuid_at, test.execute_on, test.days;
DROP PROCEDURE test.make_day;
