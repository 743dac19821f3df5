CREATE FUNCTION availability_guard.set_guard(tenant_id uuid, default_ttl_seconds integer, max_ttl_seconds integer) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_set_guard';
COMMENT ON FUNCTION availability_guard.set_guard(uuid, integer, integer) IS
'Sets how long holds of a tenant last that are not confirmed, by default and at most. Errors: 22023 unless 1 <= default <= max <= 31622400, KC003 the tenant is not '
'the caller''s, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.set_guard(uuid, integer, integer) FROM PUBLIC;
