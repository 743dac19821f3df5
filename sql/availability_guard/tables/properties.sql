-- Hotels, for the zone that an instant is turned into a date in.
CREATE TABLE availability_guard.properties (
    tenant_id uuid NOT NULL,
    property_id uuid NOT NULL,
    zone text NOT NULL,
    CONSTRAINT properties_pkey PRIMARY KEY (tenant_id, property_id)
);
COMMENT ON TABLE availability_guard.properties IS 'The hotels of a tenant and the time zone of each.';
COMMENT ON COLUMN availability_guard.properties.tenant_id IS 'Whose hotel it is.';
COMMENT ON COLUMN availability_guard.properties.property_id IS 'The hotel.';
COMMENT ON COLUMN availability_guard.properties.zone IS 'An IANA time zone. Dates are fixed when a lock is taken: a change moves no lock.';
ALTER TABLE availability_guard.properties ENABLE ROW LEVEL SECURITY;
CREATE POLICY properties_of_own_tenants ON availability_guard.properties FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
