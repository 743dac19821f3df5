CREATE FUNCTION command_center.list_modules(tenant_id uuid) RETURNS TABLE (module text, enabled_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_modules';
COMMENT ON FUNCTION command_center.list_modules(uuid) IS
'The modules that a tenant has (enable_module), by name. Errors: 22004 without a tenant, KC003 when the caller may not act for it.';
REVOKE ALL ON FUNCTION command_center.list_modules(uuid) FROM PUBLIC;
