CREATE FUNCTION command_center.acquire_lease(publisher text, holder text, ttl interval)
RETURNS TABLE (granted boolean, term bigint, current_holder text, expires_in interval)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_acquire_lease';
COMMENT ON FUNCTION command_center.acquire_lease(text, text, interval) IS
'Asks to work for a publisher for the time of ttl (1 s to 1 hour) by the clock of the database; the holder renews by asking again. A new '
'holder starts a new term. Errors: KC002 for an unknown publisher, 22023 for a ttl out of bounds.';
REVOKE ALL ON FUNCTION command_center.acquire_lease(text, text, interval) FROM PUBLIC;
