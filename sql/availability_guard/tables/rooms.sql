-- Which room is of which hotel and type. A room that is not here can be locked all the same.
CREATE TABLE availability_guard.rooms (
    tenant_id uuid NOT NULL,
    room_id uuid NOT NULL,
    property_id uuid,
    room_type_id uuid NOT NULL,
    CONSTRAINT rooms_pkey PRIMARY KEY (tenant_id, room_id)
);
COMMENT ON TABLE availability_guard.rooms IS 'The rooms that are known: a lock of one must be of its type.';
COMMENT ON COLUMN availability_guard.rooms.tenant_id IS 'Whose room it is.';
COMMENT ON COLUMN availability_guard.rooms.room_id IS 'The room.';
COMMENT ON COLUMN availability_guard.rooms.property_id IS 'The hotel that it is in; its zone turns instants into dates.';
COMMENT ON COLUMN availability_guard.rooms.room_type_id IS 'Its type.';
ALTER TABLE availability_guard.rooms ENABLE ROW LEVEL SECURITY;
CREATE POLICY rooms_of_own_tenants ON availability_guard.rooms FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
