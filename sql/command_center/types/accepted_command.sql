CREATE TYPE command_center.accepted_command AS (
    command_id uuid,
    command_name text,
    template_version integer,
    target_service text,
    tenant_id uuid,
    property_id uuid,
    environment text,
    initiator jsonb,
    correlation_id text,
    idempotency_key text,
    traceparent text,
    partition_key text,
    received_at timestamptz,
    payload jsonb
);
COMMENT ON TYPE command_center.accepted_command IS
'What an in-database handler is given: a command that passed every check. See set_service.';
