-- What became of a dispatch after it was received: consumed, completed, failed, ignored, replayed. Rows are inserted, never updated.
-- Partitioned by the command, not by the event: one command's events are in one partition, and go with its dispatch.
CREATE TABLE command_center.dispatch_events (
    tenant_id uuid NOT NULL,
    command_id uuid NOT NULL,
    event_id uuid NOT NULL,
    kind text NOT NULL,
    service_id text,
    at timestamptz NOT NULL,
    detail jsonb,
    who text NOT NULL,
    why text,
    handler text,
    CONSTRAINT dispatch_events_pkey PRIMARY KEY (tenant_id, command_id, event_id)
) PARTITION BY RANGE (command_id);
-- Dispatches that are there already get partitions for their events.
DO $partitions$
DECLARE
    dispatches record;
BEGIN
    FOR dispatches IN
        SELECT partition.relname AS name, pg_get_expr(partition.relpartbound, partition.oid) AS bound
        FROM pg_inherits JOIN pg_class AS partition ON partition.oid = inhrelid
        WHERE inhparent = 'command_center.command_dispatches'::regclass AND partition.relname LIKE 'command\_dispatches\_%'
    LOOP
        EXECUTE format('CREATE TABLE command_center.%I PARTITION OF command_center.dispatch_events %s',
            replace(dispatches.name, 'command_dispatches', 'dispatch_events'), dispatches.bound);
    END LOOP;
END $partitions$;
