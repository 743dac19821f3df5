-- How many commands missed their deadline within the last day and are still not done; the latest 10,000 deadlines are looked at. The last
-- event of a target since the last replay says whether it is done. An ordinary function of the owner, SECURITY DEFINER because it counts over
-- all tenants for whoever may read health; it tells a number only. Not in the view: the planner would compile (jit) for seconds.
CREATE FUNCTION command_center.overdue_commands() RETURNS bigint
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
AS $overdue_commands$
    SELECT count(*) FROM (
        SELECT due.tenant_id, due.command_id FROM command_center.dispatch_deadlines AS due
        WHERE due.deadline < statement_timestamp() AND due.deadline >= statement_timestamp() - interval '1 day'
        ORDER BY due.deadline DESC LIMIT 10000) AS due
    JOIN command_center.command_dispatches AS dispatch ON dispatch.tenant_id = due.tenant_id AND dispatch.command_id = due.command_id
    WHERE EXISTS (
        SELECT FROM unnest(dispatch.target_service || coalesce(dispatch.also_targets, '{}')) AS target (service_id)
        WHERE coalesce((
            SELECT event.kind FROM command_center.dispatch_events AS event
            WHERE event.tenant_id = due.tenant_id AND event.command_id = due.command_id
                AND (event.service_id = target.service_id OR event.kind = 'replayed')
            ORDER BY event.event_id DESC LIMIT 1), 'none') NOT IN ('completed', 'ignored'))
$overdue_commands$;
COMMENT ON FUNCTION command_center.overdue_commands() IS
'How many commands of the last day are past the sla of their template and not done. For the view health.';
REVOKE ALL ON FUNCTION command_center.overdue_commands() FROM PUBLIC;

-- One row for each thing to keep an eye on, for a monitoring system to read. A view of the owner of the tables, without any function of the
-- extension: it counts over all tenants and shows none. What sessions of other roles hold is seen by members of pg_monitor only.
CREATE VIEW command_center.health AS
WITH days AS (
    SELECT parent.relname, coalesce(max(CASE WHEN leaf.relname ~ '_[0-9]{8}$' THEN to_date(right(leaf.relname, 8), 'YYYYMMDD') END)
        - (clock_timestamp() AT TIME ZONE 'UTC')::date, -1) AS ahead
    FROM pg_class AS parent LEFT JOIN pg_inherits AS part ON part.inhparent = parent.oid LEFT JOIN pg_class AS leaf ON leaf.oid = part.inhrelid
    WHERE parent.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'command_center') AND parent.relkind = 'p'
    GROUP BY parent.oid, parent.relname
), step AS (
    SELECT (matched.groups)[1]::integer AS step, (matched.groups)[2] AS name
    FROM pg_proc AS definitions
    CROSS JOIN LATERAL regexp_matches(definitions.prosrc, '\((\d+), ''([a-z0-9_]+)'', \$embedd[e]d\$', 'g') AS matched (groups)
    WHERE definitions.proname = 'setup_definitions'
        AND definitions.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'command_center')
), held AS (
    SELECT (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database() AND prepared < clock_timestamp() - interval '5 minutes') AS prepared,
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
            AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start < clock_timestamp() - interval '15 minutes') AS snapshots
)
SELECT 'setup' AS name, CASE WHEN count(step.step) = 0 OR count(step.step) > count(done.step) THEN 'critical' ELSE 'ok' END AS severity,
    CASE WHEN count(step.step) = 0 THEN 'the extension is not installed'
        WHEN count(step.step) > count(done.step) THEN format('steps of setup() that have not run: %s', string_agg(step.name, ', ' ORDER BY step.step) FILTER (WHERE done.step IS NULL))
        ELSE 'setup() has taken every step' END AS finding
FROM step LEFT JOIN command_center.setup_steps AS done ON done.step = step.step
UNION ALL
SELECT 'partitions', CASE WHEN min(ahead) < 1 THEN 'critical' WHEN min(ahead) < 7 THEN 'warning' ELSE 'ok' END,
    format('partitions are made for %s more days', greatest(min(ahead), 0))
FROM days
UNION ALL
SELECT 'relay', CASE WHEN count(lease_holder) = count(*) AND count(*) > 0 THEN 'ok' WHEN coalesce(sum(pending_messages), 0) > 0 THEN 'critical' ELSE 'warning' END,
    format('a relay works for %s of %s publishers', count(lease_holder), count(*))
FROM command_center.outbox_status
UNION ALL
SELECT 'pending', CASE WHEN max(oldest_pending_age) > interval '10 minutes' THEN 'critical' WHEN max(oldest_pending_age) > interval '1 minute' THEN 'warning' ELSE 'ok' END,
    CASE WHEN coalesce(sum(pending_messages), 0) = 0 THEN 'every message is published'
        ELSE format('messages that wait: %s, the oldest for %s s', sum(pending_messages), floor(extract(epoch FROM max(oldest_pending_age)))) END
FROM command_center.outbox_status
UNION ALL
SELECT 'sla', CASE WHEN commands > 0 THEN 'warning' ELSE 'ok' END,
    CASE WHEN commands > 0 THEN format('commands of the last day that are past their sla and not done: %s', commands) ELSE 'every command of the last day is done or within its sla' END
FROM (SELECT command_center.overdue_commands() AS commands) AS overdue
UNION ALL
SELECT 'held_back', CASE WHEN prepared + snapshots > 0 THEN 'warning' ELSE 'ok' END,
    CASE WHEN prepared + snapshots > 0 THEN format('what holds back vacuum: %s prepared transactions, %s old snapshots', prepared, snapshots)
        ELSE 'no old transaction holds back vacuum' END
FROM held;
COMMENT ON VIEW command_center.health IS
'One row for each check: severity is ok, warning or critical. doctor() says more about each, and what to do.';
