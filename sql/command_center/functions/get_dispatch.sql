CREATE FUNCTION command_center.get_dispatch(tenant_id uuid, command_id uuid) RETURNS jsonb
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_get_dispatch';
COMMENT ON FUNCTION command_center.get_dispatch(uuid, uuid) IS
'All that is known about a dispatch: status (received, published, consumed, completed, failed or ignored, by what all its targets '
'reported since the last replay), the decision and why, received, published (state pending, published or none; at is null when the '
'time is past its retention), what each service reported, events, replays, and sla (null where the template has none). Not the payload. '
'Errors: KC002 no such dispatch, KC003 the tenant is not the caller''s.';
REVOKE ALL ON FUNCTION command_center.get_dispatch(uuid, uuid) FROM PUBLIC;
