CREATE FUNCTION command_center.doctor()
RETURNS TABLE (severity text, name text, finding text, remedy text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_doctor';
COMMENT ON FUNCTION command_center.doctor() IS
'Looks for what is wrong or will be, and answers a row for each finding: severity (error: commands are refused, nothing is published, or '
'rows can be lost; warning: will become one; info), the name of the check, what was found, and what to do. No row: nothing was found. It '
'looks as the owner of the tables, who sees other roles'' sessions only as a member of pg_monitor. Changes nothing.';
REVOKE ALL ON FUNCTION command_center.doctor() FROM PUBLIC;
