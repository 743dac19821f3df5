-- Says that messages are put aside, and that subscriptions do not get on.
CREATE OR REPLACE VIEW command_center.health AS
WITH step AS (
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
SELECT 'partitions', CASE WHEN min(days) < 1 THEN 'critical' WHEN min(days) < 7 THEN 'warning' ELSE 'ok' END,
    CASE WHEN min(days) < 0 THEN format('rows of this moment have no partition and are refused: %s', string_agg(relation, ', ' ORDER BY relation) FILTER (WHERE days < 0))
        ELSE format('partitions are made for %s more days', min(days)) END
FROM command_center.days_ahead()
UNION ALL
SELECT 'commands', CASE WHEN disabled OR refused = active AND active > 0 THEN 'critical' WHEN untargeted > 0 THEN 'warning' ELSE 'ok' END,
    CASE WHEN disabled THEN 'every command is refused: command_center.enabled is off'
        WHEN active = 0 THEN 'no command is registered'
        WHEN refused = active OR untargeted > 0 THEN format('%s of %s commands are refused whoever sends them, as %s: %s', refused, active, first.command_name, first.reason)
        ELSE format('%s of %s commands are refused whoever sends them', refused, active) END
FROM (SELECT count(*) AS active FROM command_center.command_templates WHERE status = 'active') AS templates
CROSS JOIN (SELECT count(DISTINCT command_name) AS refused, count(*) FILTER (WHERE NOT meant) AS untargeted FROM command_center.refused_commands()) AS refusals
LEFT JOIN (SELECT command_name, reason FROM command_center.refused_commands() ORDER BY meant, command_name LIMIT 1) AS first ON true
CROSS JOIN (SELECT coalesce(lower(current_setting('command_center.enabled', true)) IN ('off', 'false', 'no', '0', 'of', 'f', 'fa', 'fal', 'fals', 'n'), false) AS disabled) AS setting
UNION ALL
SELECT 'publishers', CASE WHEN known = 0 OR elsewhere > 0 THEN 'critical' ELSE 'ok' END,
    CASE WHEN known = 0 THEN 'there is no publisher: nothing is published'
        WHEN elsewhere > 0 THEN format('the outbox belongs to another database, so nothing is published: %s', cause)
        ELSE 'the outbox belongs to this database' END
FROM (SELECT count(*) AS known FROM command_center.publishers) AS publishers
CROSS JOIN (SELECT count(*) AS elsewhere, min(cause) AS cause FROM command_center.foreign_publishers()) AS others
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
FROM held
UNION ALL
SELECT 'parked', CASE WHEN counted.messages > 0 THEN 'critical' ELSE 'ok' END,
    CASE WHEN counted.messages > 0 THEN format('messages that Kafka did not take and that wait for somebody: %s%s', counted.messages, CASE WHEN counted.messages = 10000 THEN ' or more' END)
        ELSE 'no message is put aside' END
FROM (SELECT count(*) AS messages FROM (
    SELECT FROM command_center.parked_messages AS parked WHERE parked.reason <> 'moved' AND NOT EXISTS (
        SELECT FROM command_center.parked_outcomes AS outcome WHERE outcome."position" = parked."position" AND outcome.message_id = parked.message_id)
    LIMIT 10000) AS open) AS counted
UNION ALL
SELECT 'subscriptions', CASE WHEN handlers + still > 0 THEN 'critical' WHEN idle > 0 THEN 'warning' ELSE 'ok' END,
    CASE WHEN handlers > 0 THEN format('subscriptions of which nothing is applied, as their handler is gone: %s, %s', handlers, named)
        WHEN still > 0 THEN format('subscriptions that have applied nothing for 10 minutes, though messages waited: %s, %s', still, named)
        WHEN idle > 0 THEN format('subscriptions that no relay has begun: %s, %s', idle, named)
        WHEN active = 0 THEN 'no subscription is active' ELSE 'every active subscription gets on' END
FROM (
    SELECT count(*) AS active, count(*) FILTER (WHERE has_no_handler) AS handlers, count(*) FILTER (WHERE stands_still) AS still,
        count(*) FILTER (WHERE is_idle) AS idle,
        (array_agg(subscription ORDER BY has_no_handler DESC, stands_still DESC, is_idle DESC, subscription))[1] AS named
    FROM (
        SELECT known.subscription, to_regprocedure(known.handler) IS NULL AS has_no_handler,
            coalesce(last.waiting > 0 AND last.at < clock_timestamp() - interval '10 minutes', false) AS stands_still,
            last.at IS NULL AND known.changed_at < clock_timestamp() - interval '1 minute' AS is_idle
        FROM command_center.subscriptions AS known
        CROSS JOIN LATERAL (
            -- From partition to partition by the index: most rows are of earlier offsets.
            WITH RECURSIVE place AS (
                (SELECT topic, partition FROM command_center.consumer_offsets WHERE subscription_id = known.subscription_id ORDER BY topic, partition LIMIT 1)
                UNION ALL
                SELECT beyond.topic, beyond.partition FROM place CROSS JOIN LATERAL (SELECT topic, partition FROM command_center.consumer_offsets AS stored
                    WHERE stored.subscription_id = known.subscription_id AND (stored.topic, stored.partition) > (place.topic, place.partition) ORDER BY stored.topic, stored.partition LIMIT 1) AS beyond)
            SELECT max(coalesce(stored.carried_from, stored.advanced_at)) AS at, sum(greatest(stored.end_offset - stored.next_offset, 0)) AS waiting
            FROM place CROSS JOIN LATERAL (SELECT * FROM command_center.consumer_offsets AS stored WHERE stored.subscription_id = known.subscription_id
                AND stored.topic = place.topic AND stored.partition = place.partition ORDER BY advanced_at DESC LIMIT 1) AS stored
            WHERE place.topic = ANY (known.topics)) AS last
        WHERE known.status = 'active') AS each) AS of_subscriptions;
