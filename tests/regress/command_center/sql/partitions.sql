-- A day without a partition refuses commands and says who makes partitions.
\set SHOW_CONTEXT never
\set VERBOSITY default
CALL test.start();
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'command_center.command_dispatches'::regclass LOOP
        EXECUTE format('DROP TABLE %s', leaf);
    END LOOP;
END $$;
DO $$
DECLARE
    hint text;
BEGIN
    PERFORM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RAISE NOTICE '% %', SQLERRM, hint;
END $$;
SELECT command_center.maintain() AS partitions_made;
SELECT status FROM command_center.execute_command('test.book', '{"id": "r"}', test.tenant());
-- The row is in the partition of its day.
SELECT tableoid::regclass::text = 'command_center.command_dispatches_' || to_char(received_at AT TIME ZONE 'UTC', 'YYYYMMDD') AS in_its_day FROM command_center.command_dispatches;
SELECT tableoid::regclass::text LIKE 'command_center.transactional_outbox_20______' AS in_its_day FROM command_center.transactional_outbox;
