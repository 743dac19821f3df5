CREATE FUNCTION command_center.acknowledge_command(
    tenant_id uuid,
    command_id uuid,
    status text,
    service_id text,
    detail jsonb DEFAULT NULL)
RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_acknowledge_command';
COMMENT ON FUNCTION command_center.acknowledge_command(uuid, uuid, text, text, jsonb) IS
'Records what a service did with a command, in the transaction of the caller. status: consumed, completed, failed or ignored. Answers '
'false, and records nothing, for what is known already: a service may report as often as it likes. completed and ignored are final for '
'that service until the command is replayed; failed may be followed by another attempt. detail: at most 16 kB of JSON. A service that is none of the command''s targets may report, with a notice. '
'Errors: KC002 no such dispatch or no such service, KC003 the tenant is not the caller''s, KC014 detail too large or too many events, KC015 another final status stands.';
REVOKE ALL ON FUNCTION command_center.acknowledge_command(uuid, uuid, text, text, jsonb) FROM PUBLIC;
