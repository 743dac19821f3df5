CREATE FUNCTION availability_guard.check_room(
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
    AS 'MODULE_PATHNAME', 'availability_guard_check_room_by_date';
COMMENT ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, date, date, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'What lock_room would answer now, AVAILABLE instead of LOCKED: nothing is locked, waited for or written. '
'Errors: as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, date, date, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION availability_guard.check_room(
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
    AS 'MODULE_PATHNAME', 'availability_guard_check_room_by_instant';
COMMENT ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, timestamptz, timestamptz, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'What lock_room would answer now, AVAILABLE instead of LOCKED: nothing is locked, waited for or written. '
'Errors: as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, timestamptz, timestamptz, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION availability_guard.check_room(
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
    AS 'MODULE_PATHNAME', 'availability_guard_check_room_by_text';
COMMENT ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, text, text, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) IS
'What lock_room would answer now, AVAILABLE instead of LOCKED: nothing is locked, waited for or written. '
'Errors: as lock_room.';
REVOKE ALL ON FUNCTION availability_guard.check_room(uuid, uuid, uuid, text, text, uuid, text, text, text, integer, text, jsonb, uuid, text, text, boolean) FROM PUBLIC;
