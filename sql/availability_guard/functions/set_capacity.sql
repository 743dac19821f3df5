CREATE FUNCTION availability_guard.set_capacity(
    tenant_id uuid,
    room_type_id uuid,
    nights daterange,
    capacity integer,
    overbooking integer DEFAULT 0,
    out_of_order integer DEFAULT 0
) RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_set_capacity';
COMMENT ON FUNCTION availability_guard.set_capacity(uuid, uuid, daterange, integer, integer, integer) IS
'Sets how many rooms of a type there are in each of the nights, and answers in how many of them more are held already: that is reported, never refused. capacity NULL: unlimited again. '
'At most 1100 nights. Errors: 22023, KC003 the tenant is not the caller''s, KC014 too many nights, KC015 when setup() has not run; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.set_capacity(uuid, uuid, daterange, integer, integer, integer) FROM PUBLIC;
