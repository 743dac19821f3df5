-- What is locked now. A row that ends is deleted and its end appended to lock_events, so the table stays as small as what is held. The
-- exclusion constraint is the proof that no room is held twice; the queue in front of it (extension/availability_guard/locks) is there
-- so that nobody ever runs into it. The server reads each CHECK anew for every statement: only those are here without which a row would block nobody.
CREATE TABLE availability_guard.inventory_locks (
    tenant_id uuid NOT NULL,
    lock_id uuid NOT NULL,
    mode text NOT NULL,
    reservation_id uuid NOT NULL,
    line text NOT NULL,
    room_type_id uuid NOT NULL,
    room_id uuid,
    wanted_room_id uuid,
    stay daterange NOT NULL,
    hold text NOT NULL,
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL,
    lock_key text,
    property_id uuid,
    locked_at timestamptz NOT NULL,
    CONSTRAINT inventory_locks_pkey PRIMARY KEY (tenant_id, lock_id),
    CONSTRAINT inventory_locks_one_per_line UNIQUE (tenant_id, reservation_id, mode, line),
    CONSTRAINT inventory_locks_no_overlap EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH &&)
        WHERE (room_id IS NOT NULL),
    CONSTRAINT inventory_locks_stay CHECK (NOT isempty(stay) AND lower(stay) IS NOT NULL AND upper(stay) IS NOT NULL
        AND isfinite(lower(stay)) AND isfinite(upper(stay))),
    CONSTRAINT inventory_locks_tentative CHECK ((hold <> 'tentative' AND wanted_room_id IS NULL) OR (hold = 'tentative' AND room_id IS NULL))
);
-- What is held of a type: bounds in the index tell which stays meet a night without a look at the rows.
CREATE INDEX inventory_locks_by_type ON availability_guard.inventory_locks (tenant_id, room_type_id, lower(stay), upper(stay));
CREATE INDEX inventory_locks_by_expiry ON availability_guard.inventory_locks (expires_at, lock_id);
COMMENT ON TABLE availability_guard.inventory_locks IS
'The locks that are held now: one row for each, deleted when it ends. Written by the functions alone; what is written past them is not queued.';
COMMENT ON COLUMN availability_guard.inventory_locks.tenant_id IS 'Whose lock it is.';
COMMENT ON COLUMN availability_guard.inventory_locks.lock_id IS 'UUIDv7 of when it was taken.';
COMMENT ON COLUMN availability_guard.inventory_locks.mode IS 'enforce; locks of another mode block each other alone.';
COMMENT ON COLUMN availability_guard.inventory_locks.reservation_id IS 'For whom.';
COMMENT ON COLUMN availability_guard.inventory_locks.line IS 'Which room of a reservation that has several; empty: the only one.';
COMMENT ON COLUMN availability_guard.inventory_locks.room_type_id IS 'The type that it counts for.';
COMMENT ON COLUMN availability_guard.inventory_locks.room_id IS 'The room that is held; NULL: any of the type, or a tentative hold.';
COMMENT ON COLUMN availability_guard.inventory_locks.wanted_room_id IS 'The room that a tentative hold is about. It keeps nobody out.';
COMMENT ON COLUMN availability_guard.inventory_locks.stay IS 'Hotel nights: from the day of arrival to the day of departure, which is free.';
COMMENT ON COLUMN availability_guard.inventory_locks.hold IS 'tentative: counts for nothing; counting: until expires_at; confirmed: until it is released.';
COMMENT ON COLUMN availability_guard.inventory_locks.expires_at IS 'From then on it blocks nobody, whether the row is still there or not; infinity: confirmed.';
COMMENT ON COLUMN availability_guard.inventory_locks.version IS 'Fencing token: 1, and one more with each change.';
COMMENT ON COLUMN availability_guard.inventory_locks.lock_key IS 'The idempotency_key that it was taken with.';
COMMENT ON COLUMN availability_guard.inventory_locks.property_id IS 'The hotel, where it was told.';
COMMENT ON COLUMN availability_guard.inventory_locks.locked_at IS 'When it was taken.';
ALTER TABLE availability_guard.inventory_locks ENABLE ROW LEVEL SECURITY;
CREATE POLICY inventory_locks_of_own_tenants ON availability_guard.inventory_locks FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
