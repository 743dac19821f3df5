CREATE FUNCTION availability_guard.overcommitted_nights(tenant_id uuid) RETURNS TABLE (
    room_type_id uuid, night date, capacity integer, overbooking integer, out_of_order integer, held integer)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_overcommitted_nights';
COMMENT ON FUNCTION availability_guard.overcommitted_nights(uuid) IS
'Nights to come, and the last one, in which more is held of a type than there is. Errors: KC003 the tenant is not the caller''s, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.overcommitted_nights(uuid) FROM PUBLIC;
