-- execute_command as a good team would write it in PL/pgSQL: the same checks in the same order, plain tables with primary keys, one row
-- for the decision and one for each message with the same headers and envelope. What it leaves out: depth and keys of the payload,
-- idempotency keys and in-database handlers, which the benchmark does not use.
CREATE SCHEMA twin;
CREATE TABLE twin.services AS SELECT service_id, status, topic FROM command_center.services;
ALTER TABLE twin.services ADD PRIMARY KEY (service_id);
CREATE TABLE twin.templates AS
    SELECT command_name, version, payload_schema, default_target, topic, required_modules, required_roles, availability,
        string_to_array(substr(partition_key, 2), '/') AS partition_key
    FROM command_center.command_templates WHERE status = 'active';
ALTER TABLE twin.templates ADD PRIMARY KEY (command_name);
CREATE TABLE twin.routes AS
    SELECT route_id, version, command_name, tenant_id, property_id, environment, policy FROM command_center.command_routes WHERE status = 'active';
CREATE INDEX ON twin.routes (command_name);
CREATE TABLE twin.modules (tenant_id uuid, module text, PRIMARY KEY (tenant_id, module));
CREATE TABLE twin.roles (role name PRIMARY KEY);
INSERT INTO twin.roles VALUES ('bench_service');
CREATE TABLE twin.features (feature_id uuid PRIMARY KEY, status text NOT NULL, command_name text, environment text, tenant_id uuid,
    property_id uuid, role text);
CREATE TABLE twin.dispatches (
    tenant_id uuid NOT NULL, command_id uuid NOT NULL, command_name text NOT NULL, template_version integer NOT NULL, mode text NOT NULL,
    target_service text NOT NULL, also_targets text[], route_id uuid, route_version integer, property_id uuid, environment text NOT NULL,
    role text, sticky_key text NOT NULL, correlation_id text NOT NULL, initiator jsonb, payload_sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, command_id));
CREATE TABLE twin.outbox (
    "position" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, message_id uuid NOT NULL, command_id uuid NOT NULL,
    topic text NOT NULL, partition_key text NOT NULL, headers json NOT NULL, value text NOT NULL);

CREATE FUNCTION twin.execute_command(command_name text, payload jsonb, tenant_id uuid, initiator jsonb DEFAULT NULL,
    correlation_id text DEFAULT NULL, property_id uuid DEFAULT NULL, environment text DEFAULT 'production',
    OUT status text, OUT command_id uuid, OUT target_service text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    template twin.templates;
    route twin.routes;
    payload_text text := payload::text;
    initiator_role text := initiator ->> 'role';
    mode text := 'execute';
    -- The statement's, so that all of one transaction are not at the same instant.
    received_at timestamptz := clock_timestamp();
    at text := to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    sticky_key text;
    also text[] := '{}';
    target text;
    service twin.services;
    message_id uuid;
BEGIN
    SELECT * INTO template FROM twin.templates AS t WHERE t.command_name = execute_command.command_name;
    IF NOT FOUND THEN RAISE 'no such command' USING ERRCODE = 'KC002'; END IF;
    IF octet_length(payload_text) > 256 * 1024 THEN RAISE 'too large' USING ERRCODE = 'KC014'; END IF;
    IF NOT EXISTS (SELECT FROM twin.roles AS r WHERE r.role = session_user) THEN RAISE 'role' USING ERRCODE = 'KC003'; END IF;
    IF EXISTS (SELECT FROM unnest(template.required_modules) AS required
        WHERE NOT EXISTS (SELECT FROM twin.modules AS m WHERE m.tenant_id = execute_command.tenant_id AND m.module = required)) THEN
        RAISE 'module' USING ERRCODE = 'KC003';
    END IF;
    IF template.required_roles <> '{}' AND NOT coalesce(initiator_role = ANY (template.required_roles), false) THEN
        RAISE 'initiator' USING ERRCODE = 'KC003';
    END IF;
    SELECT CASE WHEN bool_or(f.status = 'disabled') THEN 'disabled' WHEN bool_or(f.status = 'observe') THEN 'observe' ELSE 'execute' END
    INTO mode FROM twin.features AS f
    WHERE (f.command_name IS NULL OR f.command_name = execute_command.command_name) AND (f.environment IS NULL OR f.environment = execute_command.environment)
        AND (f.tenant_id IS NULL OR f.tenant_id = execute_command.tenant_id)
        AND (f.property_id IS NULL OR f.property_id = execute_command.property_id) AND (f.role IS NULL OR f.role = initiator_role);
    IF mode = 'disabled' THEN RAISE 'disabled' USING ERRCODE = 'KC011'; END IF;
    IF NOT bench.plpgsql_is_valid(template.payload_schema, payload, template.payload_schema) THEN
        RAISE 'invalid' USING ERRCODE = 'KC001';
    END IF;

    -- Ordered by time, as ours are.
    command_id := (lpad(to_hex(floor(extract(epoch FROM received_at) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid;
    sticky_key := coalesce(payload #>> template.partition_key, tenant_id::text);
    SELECT * INTO route FROM twin.routes AS r
    WHERE r.command_name = execute_command.command_name AND (r.tenant_id IS NULL OR r.tenant_id = execute_command.tenant_id)
        AND (r.property_id IS NULL OR r.property_id = execute_command.property_id) AND (r.environment IS NULL OR r.environment = execute_command.environment)
    ORDER BY (r.tenant_id IS NOT NULL)::integer * 4 + (r.property_id IS NOT NULL)::integer * 2 + (r.environment IS NOT NULL)::integer DESC LIMIT 1;
    IF FOUND THEN
        -- Weighted rendezvous hashing.
        SELECT candidate ->> 'serviceId' INTO target_service
        FROM jsonb_array_elements(route.policy -> 'targets') AS candidate
        JOIN twin.services AS s ON s.service_id = candidate ->> 'serviceId' AND s.status = 'healthy'
        ORDER BY -ln((hashtextextended(concat_ws(' ', command_name, sticky_key, s.service_id), 0)::numeric + 9223372036854775809) / 18446744073709551617)
            / (candidate ->> 'weight')::numeric LIMIT 1;
        target_service := coalesce(target_service, route.policy ->> 'fallback');
        also := ARRAY(SELECT jsonb_array_elements_text(route.policy -> 'also'));
    ELSE
        target_service := template.default_target;
    END IF;
    IF target_service IS NULL THEN RAISE 'no target' USING ERRCODE = 'KC012'; END IF;

    correlation_id := coalesce(correlation_id, command_id::text);
    INSERT INTO twin.dispatches VALUES (tenant_id, command_id, command_name, template.version, mode, target_service, nullif(also, '{}'), route.route_id,
        route.version, property_id, environment, initiator_role, sticky_key, correlation_id, initiator, sha256(convert_to(payload_text, 'UTF8')), received_at);
    FOREACH target IN ARRAY target_service || also LOOP
        SELECT * INTO service FROM twin.services AS s WHERE s.service_id = target;
        message_id := gen_random_uuid();
        INSERT INTO twin.outbox (tenant_id, message_id, command_id, topic, partition_key, headers, value)
        VALUES (tenant_id, message_id, command_id, coalesce(template.topic, service.topic, 'commands.primary'), sticky_key,
            json_build_object('x-command-target', target, 'x-command-name', command_name, 'x-command-id', command_id, 'x-command-mode', mode,
                'x-tenant-id', tenant_id, 'x-correlation-id', correlation_id, 'ce_specversion', '1.0', 'ce_id', message_id, 'ce_type', command_name,
                'ce_source', '/command-center/' || environment, 'ce_time', at, 'ce_subject', sticky_key, 'content-type', 'application/json'),
            json_build_object('metadata', json_strip_nulls(json_build_object('id', command_id, 'commandName', command_name,
                'version', template.version || '.0', 'issuedAt', at, 'tenantId', tenant_id, 'initiator', initiator,
                'routing', json_build_object('targetService', target, 'alternateTargets', array_remove(target_service || also, target), 'policyId', route.route_id),
                'correlationId', correlation_id, 'mode', mode)), 'payload', payload)::text);
    END LOOP;
    status := 'accepted';
END $$;
GRANT USAGE ON SCHEMA twin TO bench_service;
