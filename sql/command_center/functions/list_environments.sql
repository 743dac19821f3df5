CREATE FUNCTION command_center.list_environments() RETURNS TABLE (environment text, is_open boolean, declared_at timestamptz)
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_environments';
COMMENT ON FUNCTION command_center.list_environments() IS
'The environments that are declared, by name. is_open: whether roles that are bound to single tenants may name it.';
REVOKE ALL ON FUNCTION command_center.list_environments() FROM PUBLIC;
