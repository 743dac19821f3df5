CREATE FUNCTION availability_guard.release_room(
    tenant_id uuid,
    lock_id uuid DEFAULT NULL,
    reservation_id uuid DEFAULT NULL,
    reason text DEFAULT NULL,
    version bigint DEFAULT NULL
) RETURNS SETOF availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_release_room';
COMMENT ON FUNCTION availability_guard.release_room(uuid, uuid, uuid, text, bigint) IS
'Ends a lock, or all locks of a reservation: one row, RELEASED, for each. version, with lock_id, is that which must stand. Errors: 22004 neither is named, 22023 both are, '
'KC002 no such lock is held (a reservation without locks is no error), KC003 the tenant is not the caller''s, KC006 it has another version, KC008 it has expired (of a reservation such a lock is '
'passed over), KC014 too many locks; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.release_room(uuid, uuid, uuid, text, bigint) FROM PUBLIC;
