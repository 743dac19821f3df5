-- From the log of dispatches: no window, however long, holds more than the burst and what its length lets grow back.
CREATE TABLE test.received AS
    SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id ORDER BY received_at) AS number, received_at,
        (extract(epoch FROM received_at) * 1000000)::bigint AS microseconds,
        60000000 / (limits ->> 'maxPerMinute')::integer AS interval, (limits ->> 'maxPerMinute')::integer AS "limit",
        (limits ->> 'burst')::integer AS burst
    FROM command_center.command_dispatches JOIN command_center.command_features USING (tenant_id);
WITH above AS (
    SELECT tenant_id, interval, burst, number * interval - microseconds AS line,
        min(number * interval - microseconds) OVER (PARTITION BY tenant_id ORDER BY number) AS least
    FROM test.received
)
SELECT tenant_id, max(line - least) <= (burst - 1) * interval AS within_burst_and_rate FROM above GROUP BY tenant_id, burst, interval ORDER BY tenant_id;
SELECT tenant_id, max(in_a_minute) <= "limit" + burst AS within_limit_and_burst
FROM (SELECT tenant_id, "limit", burst,
        count(*) OVER (PARTITION BY tenant_id ORDER BY received_at RANGE BETWEEN interval '59.999999 s' PRECEDING AND CURRENT ROW) AS in_a_minute
    FROM test.received) AS windows
GROUP BY tenant_id, "limit", burst ORDER BY tenant_id;
-- It was put to the test: the bursts were used, commands were refused, and some were accepted and then rolled back.
SELECT tenant_id, count(*) >= burst AS burst_was_used FROM test.received GROUP BY tenant_id, burst ORDER BY tenant_id;
SELECT (SELECT last_value FROM test.refused) > 100 AS some_refused, (SELECT last_value FROM test.accepted) > count(*) AS some_rolled_back
FROM test.received;

-- A table with room for 64 subjects counts together what a tenant has beyond its share,
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "property", "maxPerMinute": 1}');
CREATE FUNCTION test.outcome(tenant integer, property integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (command_center.execute_command('test.count', '{}', ('00000000-0000-0000-0000-' || lpad(tenant::text, 12, '0'))::uuid,
        property_id => ('00000000-0000-0000-0002-' || lpad(property::text, 12, '0'))::uuid)).status;
EXCEPTION WHEN SQLSTATE 'KC010' OR SQLSTATE 'KC014' THEN
    RETURN SQLSTATE;
END $$;
SELECT outcome, count(*) >= 64 AS enough FROM (SELECT test.outcome(3, property) AS outcome FROM generate_series(1, 600) AS property) AS tried GROUP BY outcome ORDER BY outcome;
-- takes other tenants as long as it has room and refuses the next, and counts on those that it has.
CREATE TABLE test.outcomes AS SELECT tenant, test.outcome(tenant, 1) AS first, '' AS second FROM generate_series(4, 600) AS tenant;
UPDATE test.outcomes SET second = test.outcome(tenant, 1);
SELECT first, second, count(*) >= CASE first WHEN 'accepted' THEN 32 ELSE 200 END AS enough FROM test.outcomes GROUP BY first, second ORDER BY first, second;
\set SHOW_CONTEXT never
SELECT tenant FROM test.outcomes WHERE first = 'KC014' LIMIT 1 \gset
SELECT command_center.explain_command('test.count', '{}', ('00000000-0000-0000-0000-' || lpad(:'tenant', 12, '0'))::uuid,
    property_id => '00000000-0000-0000-0002-000000000001') #>> '{refusal, sqlstate}' AS explained;
\set ON_ERROR_STOP off
SELECT command_center.execute_command('test.count', '{}', ('00000000-0000-0000-0000-' || lpad(:'tenant', 12, '0'))::uuid,
    property_id => '00000000-0000-0000-0002-000000000001');
\echo :SQLSTATE
-- Without the limit they are all taken.
SELECT command_center.remove_feature() IS NOT NULL AS removed;
SELECT test.outcome(3, 1);
