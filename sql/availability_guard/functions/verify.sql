CREATE FUNCTION availability_guard.verify() RETURNS TABLE (
    invariant text, tenant_id uuid, lock_id uuid, detail jsonb)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_verify';
COMMENT ON FUNCTION availability_guard.verify() IS
'A row for each broken invariant, none when all is well: no_overlap (two locks of a room share a night), history (a lock is not as its last event says), ended (a lock that ended is held), '
'one_key (two locks of a reservation that last have one key). Errors: KC003 the caller does not act for every tenant, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.verify() FROM PUBLIC;
