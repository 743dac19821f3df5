CREATE FUNCTION availability_guard.bulk_release(tenant_id uuid, lock_ids uuid[], reason text DEFAULT NULL) RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_bulk_release';
COMMENT ON FUNCTION availability_guard.bulk_release(uuid, uuid[], text) IS
'Ends the locks that are held among those named, at most 256, and answers how many; what has expired is passed over. Errors: KC003 the tenant is not the caller''s, KC014 more than 256 are named; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.bulk_release(uuid, uuid[], text) FROM PUBLIC;
