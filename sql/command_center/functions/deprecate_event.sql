CREATE FUNCTION command_center.deprecate_event(event_type text, version integer DEFAULT NULL) RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_deprecate_event';
COMMENT ON FUNCTION command_center.deprecate_event(text, integer) IS
'Takes a version of an event out of use, the newest active one unless version says which, and answers its number, NULL when it was not active. A topic '
'without any active event takes all that publish_event is given. Errors: KC002 for an unknown event or version.';
REVOKE ALL ON FUNCTION command_center.deprecate_event(text, integer) FROM PUBLIC;
