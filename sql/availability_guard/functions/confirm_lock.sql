CREATE FUNCTION availability_guard.confirm_lock(tenant_id uuid, lock_id uuid, version bigint DEFAULT NULL, request_id text DEFAULT NULL) RETURNS availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_confirm_lock';
COMMENT ON FUNCTION availability_guard.confirm_lock(uuid, uuid, bigint, text) IS
'Makes a hold last until it is released. A tentative one is judged again, and may be answered with CONFLICT; it is tentative then as before. One that is confirmed is '
'answered as it is. Errors: 22023, KC002 no such lock is held, KC003 the tenant is not the caller''s, KC006 it has another version, KC008 it has expired; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.confirm_lock(uuid, uuid, bigint, text) FROM PUBLIC;
