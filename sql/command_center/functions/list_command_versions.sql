CREATE FUNCTION command_center.list_command_versions(command_name text)
RETURNS TABLE (version integer, status text, description text, default_target text, topic text, required_modules text[],
    required_roles text[], availability text, partition_key text, ordered boolean, sla interval, registered_at timestamptz,
    payload_schema jsonb, examples jsonb)
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_command_versions';
COMMENT ON FUNCTION command_center.list_command_versions(text) IS
'Every version of a command, the newest first; activate_command makes another one active. control_audit says who changed which when. Errors: '
'KC002 for an unknown command.';
REVOKE ALL ON FUNCTION command_center.list_command_versions(text) FROM PUBLIC;
