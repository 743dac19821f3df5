CREATE TYPE availability_guard.lock_outcome AS (
    status text,
    lock_id uuid,
    version bigint,
    expires_at timestamptz,
    witness jsonb
);
COMMENT ON TYPE availability_guard.lock_outcome IS
'What became of a lock. status: LOCKED, RELEASED, CONFLICT, or AVAILABLE (check_room) and NOT_LOCKED (lock_rooms, where another request of the call '
'has a conflict). lock_id, version, expires_at: the lock as it stands now; NULL where there is none. expires_at: infinity once it is confirmed. '
'witness: with CONFLICT, what made it impossible at that instant: {"lockId", "reservationId", "stayStart", "stayEnd", "expiresAt", "version"} of a lock '
'(expiresAt null: never), or {"night", "capacity", "overbooking", "outOfOrder", "held"} of a night of the room type.';
