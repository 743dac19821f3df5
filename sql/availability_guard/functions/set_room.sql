CREATE FUNCTION availability_guard.set_room(tenant_id uuid, room_id uuid, room_type_id uuid, property_id uuid DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_set_room';
COMMENT ON FUNCTION availability_guard.set_room(uuid, uuid, uuid, uuid) IS
'Says of which type and hotel a room is. Locks keep the type they were taken with. Errors: KC003 the tenant is not the caller''s, KC015 when setup() has not run; 40001 as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.set_room(uuid, uuid, uuid, uuid) FROM PUBLIC;
