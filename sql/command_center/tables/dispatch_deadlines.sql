-- When a command must be done, for those whose template has an sla: what health looks at, by time. Rows are inserted, never updated; whether
-- the command is done is told by dispatch_events.
CREATE TABLE command_center.dispatch_deadlines (
    tenant_id uuid NOT NULL,
    command_id uuid NOT NULL,
    deadline timestamptz NOT NULL
) PARTITION BY RANGE (command_id);
CREATE INDEX dispatch_deadlines_deadline ON command_center.dispatch_deadlines (deadline);
ALTER TABLE command_center.dispatch_deadlines ENABLE ROW LEVEL SECURITY;
CREATE POLICY dispatch_deadlines_of_own_tenants ON command_center.dispatch_deadlines FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
