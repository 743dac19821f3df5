-- Ordinary functions and a view of the owner that tell why commands are refused; doctor() asks the same functions.

-- For how many days from today on rows find a partition, by the bounds of the partitions, whatever they are called and whoever made
-- them; -1: a row of this moment finds none.
CREATE FUNCTION command_center.days_ahead() RETURNS TABLE (relation name, days integer)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp SET jit = off
AS $days_ahead$
    WITH parent AS (
        SELECT pg_class.oid, pg_class.relname, pg_attribute.atttypid AS type, pg_partitioned_table.partdefid <> 0 AS has_default
        FROM pg_class JOIN pg_partitioned_table ON pg_partitioned_table.partrelid = pg_class.oid
        JOIN pg_attribute ON pg_attribute.attrelid = pg_class.oid AND pg_attribute.attnum = pg_partitioned_table.partattrs[0]
        WHERE pg_class.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'command_center')
    ), bound AS (
        SELECT parent.oid, parent.type, regexp_match(pg_get_expr(leaf.relpartbound, leaf.oid), '^FOR VALUES FROM [(](.*)[)] TO [(](.*)[)]$') AS text
        FROM parent JOIN pg_inherits ON inhparent = parent.oid JOIN pg_class AS leaf ON leaf.oid = inhrelid
        WHERE NOT inhdetachpending
    ), span AS (
        SELECT bound.oid, CASE text[number] WHEN 'MINVALUE' THEN '-infinity'::timestamptz WHEN 'MAXVALUE' THEN 'infinity'::timestamptz
            ELSE CASE bound.type
                WHEN 'uuid'::regtype THEN to_timestamp(('x' || left(replace(trim('''' FROM text[number]), '-', ''), 12))::bit(48)::bigint / 1000.0)
                WHEN 'date'::regtype THEN trim('''' FROM text[number])::timestamp AT TIME ZONE 'UTC'
                ELSE trim('''' FROM text[number])::timestamptz END END AS at, number, bound.text
        FROM bound, generate_series(1, 2) AS number WHERE bound.text IS NOT NULL
    ), range AS (
        SELECT span.oid, min(span.at) FILTER (WHERE number = 1) AS first, min(span.at) FILTER (WHERE number = 2) AS after
        FROM span GROUP BY span.oid, span.text
    )
    SELECT parent.relname, CASE WHEN parent.has_default THEN 366 ELSE (
        SELECT coalesce(min(day.ahead), 367) - 1 FROM generate_series(0, 366) AS day (ahead)
        CROSS JOIN LATERAL (SELECT CASE day.ahead WHEN 0 THEN clock_timestamp()
            ELSE (date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') + make_interval(days => day.ahead)) AT TIME ZONE 'UTC' END) AS moment (at)
        WHERE NOT EXISTS (SELECT FROM range WHERE range.oid = parent.oid AND range.first <= moment.at AND moment.at < range.after)) END
    FROM parent ORDER BY parent.relname
$days_ahead$;
COMMENT ON FUNCTION command_center.days_ahead() IS
'For how many days from today on each partitioned table takes rows (366: for more than a year); -1: rows of this moment are refused. For the view health.';
REVOKE ALL ON FUNCTION command_center.days_ahead() FROM PUBLIC;

-- SECURITY DEFINER because it looks over all tenants for whoever may read health; what it tells is of the catalogue alone.
CREATE FUNCTION command_center.refused_commands() RETURNS TABLE (command_name text, meant boolean, reason text, remedy text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp SET jit = off
AS $refused_commands$
    WITH environment AS (
        SELECT coalesce(nullif(current_setting('command_center.environment', true), ''), 'production') AS name
    ), ready AS (
        SELECT service.service_id FROM command_center.services AS service WHERE service.status = 'healthy'
    ), route AS (
        SELECT route.command_name, route.environment, route.tenant_id IS NULL AND route.property_id IS NULL
                AND (route.environment IS NULL OR route.environment = (SELECT name FROM environment)) AS is_general,
            EXISTS (SELECT FROM jsonb_array_elements(route.policy -> 'targets') AS target
                WHERE target ->> 'serviceId' IN (SELECT service_id FROM ready) AND (target -> 'weight' IS NULL OR (target ->> 'weight')::float8 > 0))
                OR coalesce(route.policy ->> 'fallback' IN (SELECT service_id FROM ready), false) AS has_target
        FROM command_center.command_routes AS route WHERE route.status = 'active'
    ), general AS (
        SELECT DISTINCT ON (route.command_name) route.command_name, route.has_target FROM route
        WHERE route.is_general ORDER BY route.command_name, route.environment NULLS LAST
    ), everybody AS (
        SELECT feature.command_name, feature.status FROM command_center.command_features AS feature
        WHERE feature.tenant_id IS NULL AND feature.property_id IS NULL AND feature.role IS NULL
            AND (feature.environment IS NULL OR feature.environment = (SELECT name FROM environment))
    )
    SELECT template.command_name, why.meant, why.reason, why.remedy
    FROM command_center.command_templates AS template
    LEFT JOIN general ON general.command_name = template.command_name
    CROSS JOIN LATERAL (VALUES
        (EXISTS (SELECT FROM everybody WHERE everybody.status = 'disabled' AND coalesce(everybody.command_name, template.command_name) = template.command_name),
            true, 'a feature disables it for everybody', 'command_center.list_features() has the feature; remove_feature() or set_feature() changes it.'),
        (template.availability = 'opt_in' AND NOT EXISTS (SELECT FROM command_center.command_features AS feature
            WHERE feature.status = 'enabled' AND coalesce(feature.command_name, template.command_name) = template.command_name),
            true, 'it is opt_in, and no feature enables it for anybody', 'command_center.set_feature(''enabled'', …) for those who shall have it.'),
        (NOT template.required_modules <@ ARRAY(SELECT DISTINCT given.module FROM command_center.tenant_modules AS given),
            true, format('it requires the modules %s, and no tenant has all of them', array_to_string(template.required_modules, ', ')),
            'command_center.enable_module(tenant_id, module) for those who shall have it.'),
        (CASE WHEN general.command_name IS NOT NULL THEN NOT general.has_target
            ELSE coalesce(template.default_target NOT IN (SELECT service_id FROM ready), true) END
            AND NOT EXISTS (SELECT FROM route WHERE route.command_name = template.command_name AND NOT route.is_general AND route.has_target),
            false, CASE WHEN general.command_name IS NOT NULL THEN 'its route has no target that takes commands, and no fallback that does'
                WHEN template.default_target IS NULL THEN 'it has neither a route nor a default target'
                ELSE format('its default target "%s" takes no commands, and it has no route', template.default_target) END,
            'command_center.set_service(…, status => ''healthy'') or set_route() with another target.')
    ) AS why (is_so, meant, reason, remedy)
    WHERE template.status = 'active' AND why.is_so ORDER BY template.command_name, why.reason
$refused_commands$;
COMMENT ON FUNCTION command_center.refused_commands() IS
'The active commands that are refused whoever sends them, by the catalogue as it is, with the reason and what to do; meant: somebody said so, '
'by a feature, an opt-in or a module. For the view health.';
REVOKE ALL ON FUNCTION command_center.refused_commands() FROM PUBLIC;

-- Why an identity is not that of this database. The parts: uuid of the installation, system identifier, oid of the database.
CREATE FUNCTION command_center.foreign_publishers() RETURNS TABLE (publisher text, cause text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp SET jit = off
AS $foreign_publishers$
    SELECT known.publisher, CASE
        WHEN split_part(known.identity, '.', 1) <> here.installation THEN 'its rows came from another installation'
        WHEN split_part(known.identity, '.', 2) <> here.system THEN
            'the cluster is another one: a restored dump, a clone, or this database after pg_upgrade'
        ELSE 'the database is another one of the same cluster: a restored dump or a copy by CREATE DATABASE … TEMPLATE' END
    FROM command_center.publishers AS known CROSS JOIN (
        SELECT installation.database_uuid::text AS installation, (SELECT system_identifier::text FROM pg_control_system()) AS system,
            (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database
        FROM command_center.installation) AS here
    WHERE known.identity <> concat_ws('.', here.installation, here.system, here.database) ORDER BY known.publisher
$foreign_publishers$;
COMMENT ON FUNCTION command_center.foreign_publishers() IS
'The publishers whose outbox belongs to another database than this one, which therefore publish nothing, and what may have happened. For the view health.';
REVOKE ALL ON FUNCTION command_center.foreign_publishers() FROM PUBLIC;

-- Who was given what the view calls goes on to read it.
DO $given$
DECLARE
    reader record;
BEGIN
    FOR reader IN
        SELECT DISTINCT given.grantee::regrole AS role FROM pg_proc, aclexplode(pg_proc.proacl) AS given
        WHERE pg_proc.oid = 'command_center.overdue_commands()'::regprocedure AND given.grantee NOT IN (0, pg_proc.proowner)
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION command_center.days_ahead(), command_center.refused_commands(), command_center.foreign_publishers() TO %s', reader.role);
    END LOOP;
END $given$;
