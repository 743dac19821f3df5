-- What became of each notification on each channel, so that a relay that starts anew tells nobody twice. A row is there once there is
-- nothing left to do, and never changes.
CREATE TABLE availability_guard.notification_deliveries (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL,
    recipients integer NOT NULL,
    detail text,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT notification_deliveries_pkey PRIMARY KEY (tenant_id, event_id, channel),
    CONSTRAINT notification_deliveries_status CHECK (status IN ('delivered', 'dry_run', 'failed'))
) PARTITION BY RANGE (event_id);
COMMENT ON TABLE availability_guard.notification_deliveries IS
'What became of each notification of a manual release on each channel that somebody is told by. Kept for 30 days; rows never change.';
COMMENT ON COLUMN availability_guard.notification_deliveries.tenant_id IS 'Whose lock was released.';
COMMENT ON COLUMN availability_guard.notification_deliveries.event_id IS 'The event, a UUIDv7 of when it was published.';
COMMENT ON COLUMN availability_guard.notification_deliveries.channel IS 'email, sms or slack.';
COMMENT ON COLUMN availability_guard.notification_deliveries.status IS
'delivered: the webhook took it; dry_run: it was logged instead; failed: given up, since it was taken on another channel or is too old.';
COMMENT ON COLUMN availability_guard.notification_deliveries.attempts IS 'How many calls of the webhook the relay made that wrote the row.';
COMMENT ON COLUMN availability_guard.notification_deliveries.recipients IS 'How many were to be told.';
COMMENT ON COLUMN availability_guard.notification_deliveries.detail IS 'Why the last call failed; never what the webhook answered. NULL: it did not.';
COMMENT ON COLUMN availability_guard.notification_deliveries.recorded_at IS 'When it was written.';
ALTER TABLE availability_guard.notification_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY notification_deliveries_of_own_tenants ON availability_guard.notification_deliveries FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
