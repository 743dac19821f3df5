CREATE FUNCTION command_center.list_services(status text DEFAULT NULL, owner text DEFAULT NULL)
RETURNS TABLE (service_id text, owner text, status text, topic text, handler text, changed_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_services';
COMMENT ON FUNCTION command_center.list_services(text, text) IS
'The services by id. status: healthy, draining or down.';
REVOKE ALL ON FUNCTION command_center.list_services(text, text) FROM PUBLIC;
