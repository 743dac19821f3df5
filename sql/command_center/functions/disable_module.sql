CREATE FUNCTION command_center.disable_module(tenant_id uuid, module text) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_disable_module';
COMMENT ON FUNCTION command_center.disable_module(uuid, text) IS
'Takes a module from a tenant and answers false when it did not have it. Errors: KC003 when the caller may not act for the tenant.';
REVOKE ALL ON FUNCTION command_center.disable_module(uuid, text) FROM PUBLIC;
