CREATE FUNCTION command_center.maintain() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_maintain';
COMMENT ON FUNCTION command_center.maintain() IS
'Makes the daily partitions from yesterday to 30 days ahead and answers how many it made; then empties the partitions of days that are '
'past their retention and drops those that have been empty for a while, and says so in a notice. The relay calls it every hour. A '
'partition is created by itself and then attached, which blocks nobody. An old one is locked until the transaction ends; the wait for '
'its lock is at most command_center.maintenance_lock_timeout, and one that is in use is left for the next call. Where empty ones are '
'dropped their table is locked as well, at a moment when nobody uses it. Messages that are not published are never taken away. Call it in a transaction of its own, '
'under READ COMMITTED: otherwise nothing is retired, or the locks are held for longer. Errors: KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION command_center.maintain() FROM PUBLIC;
