CREATE FUNCTION availability_guard.availability(tenant_id uuid, room_type_id uuid, nights daterange) RETURNS TABLE (
    night date, capacity integer, overbooking integer, out_of_order integer, held integer, available integer)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 30 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_availability';
COMMENT ON FUNCTION availability_guard.availability(uuid, uuid, daterange) IS
'For each night what there is of a type, what is held, and what is left: negative when it is overcommitted; NULL where it is unlimited. At most 1100 nights. Errors: 22023, KC003 the tenant is not '
'the caller''s, KC014 too many nights, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.availability(uuid, uuid, daterange) FROM PUBLIC;
