CREATE FUNCTION command_center.explain_command(
    command_name text,
    payload jsonb,
    tenant_id uuid,
    initiator jsonb DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    environment text DEFAULT NULL,
    traceparent text DEFAULT NULL,
    command_id uuid DEFAULT NULL)
RETURNS jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_explain_command';
COMMENT ON FUNCTION command_center.explain_command IS
'What execute_command would do with the same arguments now, and why; writes nothing, takes no token of a rate limit, waits for nobody. '
'{"accepted", "refusal": {"sqlstate", "message", "detail", "hint"}, "mode", "replayed", "commandId", "correlationId", "templateVersion", '
'"featureIds", "route": {"routeId", "version"}, "stickyKey", "partitionKey", "target", "handler", "also", "messages": [{"target", "topic", '
'"bytes"}]}; what was not decided any more, because of the refusal or of an answer from the first use of the key, is left out. command_id: decide as for this command, where the '
'target depends on the id. Errors: 22004 and 22023 for arguments that are no command at all.';
REVOKE ALL ON FUNCTION command_center.explain_command FROM PUBLIC;
