CREATE FUNCTION command_center.write_audit(action text, object text, before jsonb, after jsonb) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_write_audit';
COMMENT ON FUNCTION command_center.write_audit(text, text, jsonb, jsonb) IS
'Adds a row to control_audit. For functions of this schema that are not written in C; no level may call it.';
REVOKE ALL ON FUNCTION command_center.write_audit(text, text, jsonb, jsonb) FROM PUBLIC;
