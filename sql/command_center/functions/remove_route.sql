CREATE FUNCTION command_center.remove_route(
    command_name text,
    tenant_id uuid DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    environment text DEFAULT NULL,
    expected_version integer DEFAULT NULL)
RETURNS command_center.route_version
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_route';
COMMENT ON FUNCTION command_center.remove_route IS
'Removes the route of exactly this scope (NULL: the one that matches everything) and answers which it was; the next more general one, or the '
'default target, takes over. expected_version: refuse (KC006) unless the route has this version. Errors: KC002 when there is none, KC003 '
'when the caller may not act for the tenant, or not for every tenant.';
REVOKE ALL ON FUNCTION command_center.remove_route FROM PUBLIC;
