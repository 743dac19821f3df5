-- Who changed what, and why: one row for each change of the catalogue, of permissions, and for each replay. Rows are inserted, never updated.
-- audit_id is a UUIDv7, so a day is a range of ids.
CREATE TABLE command_center.control_audit (
    audit_id uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    session_role text NOT NULL,
    role text NOT NULL,
    actor text,
    action text NOT NULL,
    object text NOT NULL,
    before jsonb,
    after jsonb,
    reason text,
    CONSTRAINT control_audit_pkey PRIMARY KEY (audit_id)
) PARTITION BY RANGE (audit_id);
