CREATE FUNCTION availability_guard.lock_room(
    tenant_id uuid,
    reservation_id uuid,
    room_type_id uuid,
    stay_start date,
    stay_end date,
    room_id uuid DEFAULT NULL,
    reason text DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    ttl_seconds integer DEFAULT NULL,
    hold text DEFAULT NULL,
    initiator jsonb DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    request_id text DEFAULT NULL,
    line text DEFAULT NULL,
    reopen boolean DEFAULT false
) RETURNS availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_lock_room_by_date';
COMMENT ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, date, date, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'Holds a room, or one room of a type, for the nights from stay_start to stay_end, or says what is in the way: status LOCKED or CONFLICT. A lock is '
'found by its idempotency_key, else as the lock of the reservation''s line; the same content again answers it as it is, other content changes it in '
'place and raises its version. A known request_id changes nothing. Keys of ended locks and request ids are known for seven days. hold: tentative, '
'counting (the default) or confirmed, which never expires; a change keeps it unless told. Stays are dates, instants that the zone of the property turns '
'into dates, or ISO text of either. '
'Errors: 22004, 22023 for arguments, KC002 an instant without a property that has a zone, KC003 the tenant is not the caller''s, KC008 the lock of the key or request has ended, KC014 too many locks in one transaction, KC015 the room is of another type, a confirmed hold cannot be lowered, or setup() has not run; 40001 what must be locked before what the transaction holds is in use: lock_rooms takes several in one call.';
REVOKE ALL ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, date, date, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION availability_guard.lock_room(
    tenant_id uuid,
    reservation_id uuid,
    room_type_id uuid,
    stay_start timestamptz,
    stay_end timestamptz,
    room_id uuid DEFAULT NULL,
    reason text DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    ttl_seconds integer DEFAULT NULL,
    hold text DEFAULT NULL,
    initiator jsonb DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    request_id text DEFAULT NULL,
    line text DEFAULT NULL,
    reopen boolean DEFAULT false
) RETURNS availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_lock_room_by_instant';
COMMENT ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, timestamptz, timestamptz, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'Holds a room, or one room of a type, for the nights from stay_start to stay_end, or says what is in the way: status LOCKED or CONFLICT. A lock is '
'found by its idempotency_key, else as the lock of the reservation''s line; the same content again answers it as it is, other content changes it in '
'place and raises its version. A known request_id changes nothing. Keys of ended locks and request ids are known for seven days. hold: tentative, '
'counting (the default) or confirmed, which never expires; a change keeps it unless told. Stays are dates, instants that the zone of the property turns '
'into dates, or ISO text of either. '
'Errors: 22004, 22023 for arguments, KC002 an instant without a property that has a zone, KC003 the tenant is not the caller''s, KC008 the lock of the key or request has ended, KC014 too many locks in one transaction, KC015 the room is of another type, a confirmed hold cannot be lowered, or setup() has not run; 40001 what must be locked before what the transaction holds is in use: lock_rooms takes several in one call.';
REVOKE ALL ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, timestamptz, timestamptz, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION availability_guard.lock_room(
    tenant_id uuid,
    reservation_id uuid,
    room_type_id uuid,
    stay_start text,
    stay_end text,
    room_id uuid DEFAULT NULL,
    reason text DEFAULT NULL,
    correlation_id text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    ttl_seconds integer DEFAULT NULL,
    hold text DEFAULT NULL,
    initiator jsonb DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    request_id text DEFAULT NULL,
    line text DEFAULT NULL,
    reopen boolean DEFAULT false
) RETURNS availability_guard.lock_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_lock_room_by_text';
COMMENT ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, text, text, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'Holds a room, or one room of a type, for the nights from stay_start to stay_end, or says what is in the way: status LOCKED or CONFLICT. A lock is '
'found by its idempotency_key, else as the lock of the reservation''s line; the same content again answers it as it is, other content changes it in '
'place and raises its version. A known request_id changes nothing. Keys of ended locks and request ids are known for seven days. hold: tentative, '
'counting (the default) or confirmed, which never expires; a change keeps it unless told. Stays are dates, instants that the zone of the property turns '
'into dates, or ISO text of either. '
'Errors: 22004, 22023 for arguments, KC002 an instant without a property that has a zone, KC003 the tenant is not the caller''s, KC008 the lock of the key or request has ended, KC014 too many locks in one transaction, KC015 the room is of another type, a confirmed hold cannot be lowered, or setup() has not run; 40001 what must be locked before what the transaction holds is in use: lock_rooms takes several in one call.';
REVOKE ALL ON FUNCTION availability_guard.lock_room(uuid, uuid, uuid, text, text, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;
