CREATE FUNCTION command_center.list_features(command_name text DEFAULT NULL, tenant_id uuid DEFAULT NULL, status text DEFAULT NULL)
RETURNS TABLE (feature_id uuid, version integer, command_name text, environment text, tenant_id uuid, property_id uuid, role text,
    status text, limits jsonb, changed_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_features';
COMMENT ON FUNCTION command_center.list_features(text, uuid, text) IS
'The features by command, the more general first: those for every tenant and those of the tenants that the caller may act for. '
'command_name: those that can apply to a command, the features of every command among them. tenant_id: those that can apply to a '
'tenant. Errors: KC003 when the caller may not act for it.';
REVOKE ALL ON FUNCTION command_center.list_features(text, uuid, text) FROM PUBLIC;
