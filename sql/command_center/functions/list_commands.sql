CREATE FUNCTION command_center.list_commands(module text DEFAULT NULL, status text DEFAULT NULL, owner text DEFAULT NULL)
RETURNS TABLE (command_name text, version integer, status text, description text, default_target text, owner text, topic text,
    required_modules text[], required_roles text[], availability text, partition_key text, ordered boolean, sla interval,
    registered_at timestamptz, payload_schema jsonb)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_commands';
COMMENT ON FUNCTION command_center.list_commands(text, text, text) IS
'The commands by name, one row each: the active version, or the newest where none is active; with status (draft, active, deprecated) the '
'newest version of that status. module: those that require it. owner: those whose default target this owner has.';
REVOKE ALL ON FUNCTION command_center.list_commands(text, text, text) FROM PUBLIC;
