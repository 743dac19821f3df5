CREATE FUNCTION command_center.remove_service(service_id text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_service';
COMMENT ON FUNCTION command_center.remove_service(text) IS
'Removes a service that nothing names any more and answers false when there is none. Messages to it that are queued are published. Errors: '
'KC015 while it is the default target of a version of a command or part of a route; DETAIL lists them.';
REVOKE ALL ON FUNCTION command_center.remove_service(text) FROM PUBLIC;
