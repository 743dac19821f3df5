-- Where a command goes within a scope; a NULL in the scope matches everything.
CREATE TABLE command_center.command_routes (
    route_id uuid NOT NULL,
    command_name text NOT NULL,
    tenant_id uuid,
    property_id uuid,
    environment text,
    policy jsonb NOT NULL,
    status text NOT NULL DEFAULT 'active',
    version integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT command_routes_pkey PRIMARY KEY (route_id),
    CONSTRAINT command_routes_status_known CHECK (status IN ('draft', 'active', 'retired'))
);
CREATE UNIQUE INDEX command_routes_one_per_scope
    ON command_center.command_routes (command_name, tenant_id, property_id, environment) NULLS NOT DISTINCT;
