-- What a tenant wants otherwise than everybody.
CREATE TABLE availability_guard.guard_settings (
    tenant_id uuid NOT NULL,
    default_ttl_seconds integer NOT NULL,
    max_ttl_seconds integer NOT NULL,
    CONSTRAINT guard_settings_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT guard_settings_ttl CHECK (default_ttl_seconds >= 1 AND max_ttl_seconds >= default_ttl_seconds)
);
COMMENT ON TABLE availability_guard.guard_settings IS 'Settings of a tenant; without a row: a TTL of 7200 seconds, 86400 at most.';
COMMENT ON COLUMN availability_guard.guard_settings.tenant_id IS 'Whose settings they are.';
COMMENT ON COLUMN availability_guard.guard_settings.default_ttl_seconds IS 'How long a hold lasts that is not confirmed and says nothing of it.';
COMMENT ON COLUMN availability_guard.guard_settings.max_ttl_seconds IS 'The longest that may be asked for.';
ALTER TABLE availability_guard.guard_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY guard_settings_of_own_tenants ON availability_guard.guard_settings FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
