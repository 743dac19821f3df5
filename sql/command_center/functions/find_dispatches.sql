CREATE FUNCTION command_center.find_dispatches(
    tenant_id uuid DEFAULT NULL,
    command_name text DEFAULT NULL,
    target_service text DEFAULT NULL,
    status text DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    received_from timestamptz DEFAULT NULL,
    received_before timestamptz DEFAULT NULL,
    page_after uuid DEFAULT NULL,
    page_size integer DEFAULT 100)
RETURNS TABLE (tenant_id uuid, command_id uuid, command_name text, status text, target_service text, also_targets text[], correlation_id text,
    mode text, environment text, property_id uuid, received_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_find_dispatches';
COMMENT ON FUNCTION command_center.find_dispatches(uuid, text, text, text, text, timestamptz, timestamptz, uuid, integer) IS
'Dispatches of every tenant, or of one, within a window of time: newest first, a page (1 to 1000 rows) at a time; the command_id of the last row is '
'page_after of the next page. The window is the last hour before received_before (unless said: now), or from received_from on, and at most 7 days '
'long; a notice says from when until when, which is what to give with page_after. status: received, published, consumed, completed, failed or '
'ignored, as get_dispatch tells it. A call looks at about a million dispatches, at 100000 with a status; where it stops before the page is full '
'a notice says how to go on. Errors: 22023 for a status, page_size or window that cannot be, KC003 the caller may not act for the tenant, or not for '
'every tenant where none is given.';
REVOKE ALL ON FUNCTION command_center.find_dispatches(uuid, text, text, text, text, timestamptz, timestamptz, uuid, integer) FROM PUBLIC;
