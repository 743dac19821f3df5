CREATE FUNCTION availability_guard.end_expired(max integer DEFAULT 1000) RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_end_expired';
COMMENT ON FUNCTION availability_guard.end_expired(integer) IS
'Ends locks that have expired and that nobody has met since, the oldest first, and answers how many: at most max, and at most as many as a thirty-second of the '
'server''s lock table has places for. What is in use is passed over, and nothing is waited for. Call it, each time in a transaction of its own, until it answers 0; command_center.tidy(), '
'which the relay calls each minute, does so. Errors: 22023 max is less than 1, 25006 in a read-only transaction, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.end_expired(integer) FROM PUBLIC;
