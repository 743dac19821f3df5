CREATE FUNCTION availability_guard.maintain() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_maintain';
COMMENT ON FUNCTION availability_guard.maintain() IS
'Makes the days that are coming, retires those that are over and ends locks that have expired as one call of end_expired() does, as command_center.maintain() does, which calls it. '
'Answers how many days it made. Errors: KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.maintain() FROM PUBLIC;
