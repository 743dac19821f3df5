-- How many rooms of a type there are. What is held is counted from the locks themselves, under the queue of the type.
CREATE TABLE availability_guard.type_nights (
    tenant_id uuid NOT NULL,
    room_type_id uuid NOT NULL,
    night date NOT NULL,
    capacity integer NOT NULL,
    overbooking integer NOT NULL,
    out_of_order integer NOT NULL,
    CONSTRAINT type_nights_pkey PRIMARY KEY (tenant_id, room_type_id, night),
    CONSTRAINT type_nights_counts CHECK (capacity >= 0 AND overbooking >= 0 AND out_of_order >= 0)
);
COMMENT ON TABLE availability_guard.type_nights IS 'How much of a room type may be held in a night; a night without a row is unlimited.';
COMMENT ON COLUMN availability_guard.type_nights.tenant_id IS 'Whose rooms they are.';
COMMENT ON COLUMN availability_guard.type_nights.room_type_id IS 'The type.';
COMMENT ON COLUMN availability_guard.type_nights.night IS 'The hotel night, by the day on which it begins.';
COMMENT ON COLUMN availability_guard.type_nights.capacity IS 'Rooms of the type.';
COMMENT ON COLUMN availability_guard.type_nights.overbooking IS 'How many more may be held.';
COMMENT ON COLUMN availability_guard.type_nights.out_of_order IS 'How many of them cannot be used.';
ALTER TABLE availability_guard.type_nights ENABLE ROW LEVEL SECURITY;
CREATE POLICY type_nights_of_own_tenants ON availability_guard.type_nights FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
