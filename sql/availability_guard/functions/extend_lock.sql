CREATE FUNCTION availability_guard.extend_lock(
    tenant_id uuid,
    lock_id uuid,
    ttl_seconds integer DEFAULT NULL,
    version bigint DEFAULT NULL,
    request_id text DEFAULT NULL
) RETURNS availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_extend_lock';
COMMENT ON FUNCTION availability_guard.extend_lock(uuid, uuid, integer, bigint, text) IS
'Lets a hold that is not confirmed last for ttl_seconds from now. A known request_id changes nothing. Errors: 22023, KC002 no such lock is held, KC003 the tenant is not '
'the caller''s, KC006 it has another version, KC008 it has expired, KC015 it is confirmed; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.extend_lock(uuid, uuid, integer, bigint, text) FROM PUBLIC;
