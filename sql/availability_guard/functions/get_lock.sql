CREATE FUNCTION availability_guard.get_lock(tenant_id uuid, lock_id uuid) RETURNS TABLE (
    lock_id uuid, reservation_id uuid, line text, room_type_id uuid, room_id uuid, stay daterange, hold text,
    version bigint, expires_at timestamptz, idempotency_key text, property_id uuid, locked_at timestamptz)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_get_lock';
COMMENT ON FUNCTION availability_guard.get_lock(uuid, uuid) IS
'The lock as it stands now, however old the transaction''s snapshot. Errors: KC002 no such lock is held, KC003 the tenant is not the caller''s.';
REVOKE ALL ON FUNCTION availability_guard.get_lock(uuid, uuid) FROM PUBLIC;
