CREATE FUNCTION guestbook.maintain() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'guestbook_maintain';
COMMENT ON FUNCTION guestbook.maintain() IS
'Makes the days that are coming and retires those that are over, as command_center.maintain() does, which calls it. Errors: KC015 when setup() '
'has not run.';
REVOKE ALL ON FUNCTION guestbook.maintain() FROM PUBLIC;
