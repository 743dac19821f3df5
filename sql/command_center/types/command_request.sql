CREATE TYPE command_center.command_request AS (
    command_name text,
    payload jsonb,
    tenant_id uuid,
    initiator jsonb,
    correlation_id text,
    idempotency_key text,
    property_id uuid,
    environment text,
    traceparent text
);
COMMENT ON TYPE command_center.command_request IS
'One command of execute_commands: the arguments of execute_command, same names and order. A field that is NULL counts as not given. '
'jsonb_populate_recordset(NULL::command_center.command_request, ...) makes them from JSON, and drops what it does not know: execute_commands(jsonb) does not.';
