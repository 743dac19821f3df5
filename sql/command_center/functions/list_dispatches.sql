CREATE FUNCTION command_center.list_dispatches(
    tenant_id uuid,
    command_name text DEFAULT NULL,
    target_service text DEFAULT NULL,
    status text DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    received_from timestamptz DEFAULT NULL,
    received_before timestamptz DEFAULT NULL,
    page_after uuid DEFAULT NULL,
    page_size integer DEFAULT 100)
RETURNS TABLE (command_id uuid, command_name text, status text, target_service text, also_targets text[], correlation_id text, mode text,
    environment text, property_id uuid, received_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_dispatches';
COMMENT ON FUNCTION command_center.list_dispatches(uuid, text, text, text, text, timestamptz, timestamptz, uuid, integer) IS
'The dispatches of a tenant, newest first, a page (1 to 1000 rows) at a time; the command_id of the last row is page_after of the next page. '
'status: received, published, consumed, completed, failed or ignored, as get_dispatch tells it. A range of time is the cheap filter: '
'the others are looked at row by row within it. Errors: 22023 for a status or page_size that cannot be, KC003 the tenant is not the '
'caller''s.';
REVOKE ALL ON FUNCTION command_center.list_dispatches(uuid, text, text, text, text, timestamptz, timestamptz, uuid, integer) FROM PUBLIC;
