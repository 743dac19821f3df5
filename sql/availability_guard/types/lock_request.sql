CREATE TYPE availability_guard.lock_request AS (
    tenant_id uuid,
    reservation_id uuid,
    room_type_id uuid,
    stay_start text,
    stay_end text,
    room_id uuid,
    reason text,
    correlation_id text,
    idempotency_key text,
    ttl_seconds integer,
    hold text,
    initiator jsonb,
    property_id uuid,
    request_id text,
    line text,
    reopen boolean
);
COMMENT ON TYPE availability_guard.lock_request IS 'The arguments of lock_room, same names and order. What is NULL has the default of lock_room.';
