-- The modules a tenant has; a command may require some.
CREATE TABLE command_center.tenant_modules (
    tenant_id uuid NOT NULL,
    module text NOT NULL,
    enabled_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenant_modules_pkey PRIMARY KEY (tenant_id, module)
);
