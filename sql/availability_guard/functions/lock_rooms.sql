CREATE FUNCTION availability_guard.lock_rooms(requests availability_guard.lock_request[]) RETURNS SETOF availability_guard.lock_outcome
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_lock_rooms';
COMMENT ON FUNCTION availability_guard.lock_rooms(availability_guard.lock_request[]) IS
'Takes several locks of one tenant, all or none, in one order whatever the order of the requests: of sessions that take rooms in this way none waits for '
'another in a circle. One row for each request, in its order. When one has a CONFLICT nothing is changed, and the others are NOT_LOCKED. Rooms of one reservation '
'differ in their line. At most 64 requests. Errors: as lock_room; 22023 for requests that contradict each other, KC014 for more than 64.';
REVOKE ALL ON FUNCTION availability_guard.lock_rooms(availability_guard.lock_request[]) FROM PUBLIC;
