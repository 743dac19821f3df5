CREATE FUNCTION command_center.maintain() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_maintain';
COMMENT ON FUNCTION command_center.maintain() IS
'Makes the daily partitions from yesterday to 30 days ahead and answers how many it made. The relay calls it every hour. Writers are '
'not blocked: a partition is created by itself and then attached. Errors: KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION command_center.maintain() FROM PUBLIC;
