CREATE FUNCTION command_center.set_service(
    service_id text,
    owner text DEFAULT NULL,
    status text DEFAULT 'healthy',
    topic text DEFAULT NULL,
    handler text DEFAULT NULL)
RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_service';
COMMENT ON FUNCTION command_center.set_service IS
'Adds a service or replaces its definition. status: healthy, draining or down; the last two take no new commands. topic: where '
'commands to it go unless the template names a topic. Errors: KC013 for an invalid value, 0A000 for handler, which is not built yet.';
REVOKE ALL ON FUNCTION command_center.set_service FROM PUBLIC;
