-- What guests of a tenant wrote. The id is a UUIDv7: it tells the day.
CREATE TABLE guestbook.entries (
    tenant_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    book text NOT NULL,
    remark text NOT NULL,
    CONSTRAINT entries_pkey PRIMARY KEY (tenant_id, entry_id)
) PARTITION BY RANGE (entry_id);
COMMENT ON TABLE guestbook.entries IS 'What guests of a tenant wrote.';
ALTER TABLE guestbook.entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY entries_of_own_tenants ON guestbook.entries FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
