CREATE FUNCTION availability_guard.set_property(tenant_id uuid, property_id uuid, zone text) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_set_property';
COMMENT ON FUNCTION availability_guard.set_property(uuid, uuid, text) IS
'Sets the time zone of a hotel. Locks keep their dates. Errors: 22023 no such zone, KC003 the tenant is not the caller''s, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.set_property(uuid, uuid, text) FROM PUBLIC;
