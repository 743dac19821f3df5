CREATE FUNCTION command_center.enable_module(tenant_id uuid, module text) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_enable_module';
COMMENT ON FUNCTION command_center.enable_module(uuid, text) IS
'Gives a tenant a module, and with it the commands that require it; answers false when the tenant had it. A notice says when no command requires it. Errors: KC003 when the caller may '
'not act for the tenant, 22023 for what is no name.';
REVOKE ALL ON FUNCTION command_center.enable_module(uuid, text) FROM PUBLIC;
