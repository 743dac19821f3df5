CREATE FUNCTION command_center.execute_command(
    command_name text,
    payload jsonb,
    tenant_id uuid,
    initiator jsonb DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    environment text DEFAULT NULL,
    traceparent text DEFAULT NULL)
RETURNS command_center.acceptance
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'command_center_execute_command';
COMMENT ON FUNCTION command_center.execute_command IS
'Validates, routes, records and queues a command in the transaction of the caller. initiator: {"userId": ..., "role": ..., "ip": ...}. '
'correlation_id: the command''s id when not given. environment: the setting command_center.environment when not given. traceparent: '
'left out with a warning where it is not valid (W3C Trace Context); the tracestate may follow it behind a space. idempotency_key: a retry is answered what the first call was, whatever has '
'changed since; only its size and the right to act for the tenant are checked before. Errors: KC001 '
'payload fails its schema (DETAIL: JSON array of located errors), KC002 no such command, KC003 the role may not act for the tenant, or the '
'tenant or the initiator lacks what the command requires (DETAIL), KC004 the idempotency key is still in progress, KC005 it was used with '
'another payload, KC008 the dispatch of its first use is past its retention, KC010 a rate limit is reached (DETAIL: retryAfterSeconds), '
'KC011 disabled by a feature or by command_center.enabled, KC012 no target available, KC013 a stored definition is invalid, KC014 too large '
'or too deep, KC015 setup() has not run, or a rate limit needs shared memory, 40001 another use of the idempotency key is invisible to a '
'REPEATABLE READ transaction, or began on the other side of midnight (UTC), or an ordered key or a first use that comes before what the '
'transaction holds is in use: run the transaction again. After an error nothing has been written.';
REVOKE ALL ON FUNCTION command_center.execute_command FROM PUBLIC;
