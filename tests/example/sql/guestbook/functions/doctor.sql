CREATE FUNCTION guestbook.doctor()
RETURNS TABLE (severity text, name text, finding text, remedy text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'guestbook_doctor';
COMMENT ON FUNCTION guestbook.doctor() IS
'Looks for what is wrong or will be, as command_center.doctor() does, which answers these findings as well.';
REVOKE ALL ON FUNCTION guestbook.doctor() FROM PUBLIC;
