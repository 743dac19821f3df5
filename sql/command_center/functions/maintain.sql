CREATE FUNCTION command_center.maintain() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_maintain';
COMMENT ON FUNCTION command_center.maintain() IS
'Makes the daily partitions from yesterday to 30 days ahead and answers how many it made; then empties the partitions of days that are '
'past their retention and drops those that have been empty for a while, and says so in a notice. The relay calls it every hour. Writers '
'are not blocked: a partition is created by itself and then attached, an old one is locked for at most '
'command_center.maintenance_lock_timeout. Messages that are not published are never taken away. Call it in a transaction of its own, '
'under READ COMMITTED: otherwise nothing is retired, or locks are held until the end. Errors: KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION command_center.maintain() FROM PUBLIC;
