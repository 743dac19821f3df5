CREATE FUNCTION command_center.list_events(topic text DEFAULT NULL, status text DEFAULT NULL)
RETURNS TABLE (event_type text, version integer, status text, topic text, ordered boolean, description text, registered_at timestamptz,
    schema jsonb)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_events';
COMMENT ON FUNCTION command_center.list_events(text, text) IS
'The registered events by name, every version, the newest first. status: active or deprecated. Errors: 22023 for another status.';
REVOKE ALL ON FUNCTION command_center.list_events(text, text) FROM PUBLIC;
