-- The environments that commands, routes and features may name. Whoever acts for single tenants may name only those that are open, so that
-- a control for one is not avoided by naming another.
CREATE TABLE command_center.environments (
    environment text NOT NULL,
    is_open boolean NOT NULL DEFAULT false,
    declared_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT environments_pkey PRIMARY KEY (environment)
);
COMMENT ON TABLE command_center.environments IS
'The environments that commands, routes and features may name; another name is refused. set_environment() declares them.';
COMMENT ON COLUMN command_center.environments.environment IS 'What commands name, or the setting command_center.environment for them.';
COMMENT ON COLUMN command_center.environments.is_open IS 'Whether roles that are bound to single tenants may name it; those that act for every tenant always may.';
COMMENT ON COLUMN command_center.environments.declared_at IS 'When it was declared.';
-- What this database is set to, and what an earlier version has let pass: the catalogue, the settings of roles and databases, and the latest
-- dispatches (a million of them at most: this holds up nobody for long).
INSERT INTO command_center.environments (environment, is_open)
SELECT named.environment, bool_or(named.is_open) FROM (
    SELECT coalesce(nullif(current_setting('command_center.environment', true), ''), 'production') AS environment, true AS is_open
    UNION ALL SELECT 'production', false
    UNION ALL SELECT substr(setting, length('command_center.environment=') + 1), true
        FROM pg_db_role_setting, unnest(setconfig) AS setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) AND setting LIKE 'command\_center.environment=_%'
    UNION ALL SELECT route.environment, true FROM command_center.command_routes AS route WHERE route.environment IS NOT NULL
    UNION ALL SELECT feature.environment, true FROM command_center.command_features AS feature WHERE feature.environment IS NOT NULL
    UNION ALL SELECT DISTINCT recent.environment, true FROM (
        SELECT dispatch.environment FROM command_center.command_dispatches AS dispatch
        WHERE dispatch.command_id >= (lpad(to_hex((extract(epoch FROM now() - interval '7 days') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        LIMIT 1000000) AS recent) AS named
GROUP BY named.environment;
