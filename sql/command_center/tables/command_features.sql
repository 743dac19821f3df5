-- What may be done within a scope, and how often; a NULL in the scope matches everything.
CREATE TABLE command_center.command_features (
    feature_id uuid NOT NULL,
    command_name text,
    tenant_id uuid,
    property_id uuid,
    environment text,
    role text,
    status text NOT NULL,
    limits jsonb,
    version integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT command_features_pkey PRIMARY KEY (feature_id),
    CONSTRAINT command_features_status_known CHECK (status IN ('disabled', 'observe', 'enabled'))
);
CREATE UNIQUE INDEX command_features_one_per_scope
    ON command_center.command_features (command_name, tenant_id, property_id, environment, role) NULLS NOT DISTINCT;
ALTER TABLE command_center.command_features ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_features_of_own_tenants ON command_center.command_features FOR SELECT
    USING (tenant_id IS NULL OR (SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
