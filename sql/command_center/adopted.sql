-- What setup() adds to tables that a dump of the schema alone has brought: the rows that steps would have made.
INSERT INTO command_center.installation (database_uuid)
SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM command_center.installation);
INSERT INTO command_center.publishers (publisher, identity)
SELECT 'default', command_center.database_identity() WHERE NOT EXISTS (SELECT FROM command_center.publishers);
INSERT INTO command_center.lock_secret (secret) SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM command_center.lock_secret);
INSERT INTO command_center.environments (environment, is_open)
SELECT coalesce(nullif(current_setting('command_center.environment', true), ''), 'production'), true
WHERE NOT EXISTS (SELECT FROM command_center.environments);
INSERT INTO command_center.environments (environment, is_open)
SELECT named.environment, bool_or(named.is_open)
FROM (VALUES ('production', false), (coalesce(nullif(current_setting('command_center.environment', true), ''), 'production'), true)) AS named (environment, is_open)
WHERE NOT EXISTS (SELECT FROM command_center.environments) GROUP BY named.environment;
-- Not INSERT INTO command_center.tenant_roles: that is for what 0.1.0 had granted.
