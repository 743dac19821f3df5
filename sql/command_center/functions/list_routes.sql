CREATE FUNCTION command_center.list_routes(command_name text DEFAULT NULL, tenant_id uuid DEFAULT NULL, status text DEFAULT NULL)
RETURNS TABLE (route_id uuid, version integer, command_name text, tenant_id uuid, property_id uuid, environment text, policy jsonb,
    status text, changed_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_routes';
COMMENT ON FUNCTION command_center.list_routes(text, uuid, text) IS
'The routes by command, the more general first: those for every tenant and those of the tenants that the caller may act for. tenant_id: '
'those that can apply to a tenant. Errors: KC003 when the caller may not act for it.';
REVOKE ALL ON FUNCTION command_center.list_routes(text, uuid, text) FROM PUBLIC;
