CREATE FUNCTION availability_guard.doctor()
RETURNS TABLE (severity text, name text, finding text, remedy text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_doctor';
COMMENT ON FUNCTION availability_guard.doctor() IS
'Looks for what is wrong or will be, as command_center.doctor() does, which answers these findings as well.';
REVOKE ALL ON FUNCTION availability_guard.doctor() FROM PUBLIC;
