-- The history of every lock: what each change left, and how it ended. Also what keys and requests were used before: the functions look at the
-- last days of a reservation, by the primary key.
CREATE TABLE availability_guard.lock_events (
    tenant_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    event_id uuid NOT NULL,
    lock_id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    mode text NOT NULL,
    line text NOT NULL,
    room_type_id uuid NOT NULL,
    room_id uuid,
    stay_start date NOT NULL,
    stay_end date NOT NULL,
    hold text NOT NULL,
    expires_at timestamptz NOT NULL,
    lock_key text,
    request_id text,
    reason text,
    correlation_id text,
    initiator jsonb,
    property_id uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT lock_events_pkey PRIMARY KEY (tenant_id, reservation_id, event_id)
) PARTITION BY RANGE (event_id);
COMMENT ON TABLE availability_guard.lock_events IS
'What happened to each lock, in order of event_id. Kept for 90 days; a lock that ended is here alone.';
COMMENT ON COLUMN availability_guard.lock_events.tenant_id IS 'Whose lock it is.';
COMMENT ON COLUMN availability_guard.lock_events.reservation_id IS 'For whom.';
COMMENT ON COLUMN availability_guard.lock_events.event_id IS 'UUIDv7 of when it happened.';
COMMENT ON COLUMN availability_guard.lock_events.lock_id IS 'The lock.';
COMMENT ON COLUMN availability_guard.lock_events.version IS 'The version that the lock has since, or had when it ended.';
COMMENT ON COLUMN availability_guard.lock_events.kind IS
'locked, changed, extended, confirmed; repeated: the same content was asked for once more; released and expired: it ended.';
COMMENT ON COLUMN availability_guard.lock_events.mode IS 'As of the lock.';
COMMENT ON COLUMN availability_guard.lock_events.line IS 'As of the lock.';
COMMENT ON COLUMN availability_guard.lock_events.room_type_id IS 'The type since then.';
COMMENT ON COLUMN availability_guard.lock_events.room_id IS 'The room since then, also that of a tentative hold.';
COMMENT ON COLUMN availability_guard.lock_events.stay_start IS 'The first night since then.';
COMMENT ON COLUMN availability_guard.lock_events.stay_end IS 'The day of departure since then.';
COMMENT ON COLUMN availability_guard.lock_events.hold IS 'As of the lock since then.';
COMMENT ON COLUMN availability_guard.lock_events.expires_at IS 'As of the lock since then.';
COMMENT ON COLUMN availability_guard.lock_events.lock_key IS 'The idempotency_key of the call; of an end, that of the lock.';
COMMENT ON COLUMN availability_guard.lock_events.request_id IS 'What the caller calls the request: a known one changes nothing.';
COMMENT ON COLUMN availability_guard.lock_events.reason IS 'Why, as the caller says.';
COMMENT ON COLUMN availability_guard.lock_events.correlation_id IS 'What the caller connects it with.';
COMMENT ON COLUMN availability_guard.lock_events.initiator IS 'Who asked for it, as the caller says.';
COMMENT ON COLUMN availability_guard.lock_events.property_id IS 'The hotel, where it was told.';
COMMENT ON COLUMN availability_guard.lock_events.recorded_at IS 'The clock that decided.';
ALTER TABLE availability_guard.lock_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY lock_events_of_own_tenants ON availability_guard.lock_events FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
