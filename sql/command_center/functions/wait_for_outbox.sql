CREATE FUNCTION command_center.wait_for_outbox(timeout interval DEFAULT '1 second', seen bigint DEFAULT NULL)
RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_wait_for_outbox';
COMMENT ON FUNCTION command_center.wait_for_outbox(interval, bigint) IS
'Waits until a transaction that put messages into the outbox has committed, or for the time of timeout (0 to 1 s). Answers a count that '
'each such commit raises: pass it as seen the next time, and no commit between the calls is missed. Without seen the count is '
'answered at once. The count begins anew when the server starts; commits of other databases may raise it, too, and COMMIT PREPARED '
'does not: look into the outbox when the time is over. Holds a snapshot while it waits, and needs nothing to be set up. Errors: '
'22023 for a timeout out of bounds, 22004 for none, KC015 where the server has no shared memory of ours.';
REVOKE ALL ON FUNCTION command_center.wait_for_outbox(interval, bigint) FROM PUBLIC;
