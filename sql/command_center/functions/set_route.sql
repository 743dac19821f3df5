CREATE FUNCTION command_center.set_route(
    command_name text,
    policy jsonb,
    tenant_id uuid DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    environment text DEFAULT NULL,
    status text DEFAULT 'active',
    expected_version integer DEFAULT NULL)
RETURNS command_center.route_version
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_route';
COMMENT ON FUNCTION command_center.set_route IS
'Adds the route of a command within a scope or changes it; NULL for policy or status keeps that of the route. It takes effect in every session with its next statement. policy: '
'{"targets": [{"serviceId": ..., "weight": ...}], "fallback": ..., "also": [...], "stickiness": "key" or "command"}. status: active (unless said), draft or retired. expected_version: '
'refuse the change (KC006) unless the route has this version; 0 means there is none yet. A route that is set anew after its removal has '
'another route_id and begins with version 1 again. Errors: KC002 for an unknown command or no policy to keep, KC003 when the caller may not act for the '
'tenant, or for every tenant where none is given, KC013 with located errors for an invalid policy.';
REVOKE ALL ON FUNCTION command_center.set_route FROM PUBLIC;
