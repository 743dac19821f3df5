-- The catalogue of commands. A version never changes but for its status.
CREATE TABLE command_center.command_templates (
    command_name text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL DEFAULT 'active',
    payload_schema jsonb NOT NULL,
    description text,
    default_target text,
    topic text,
    required_modules text[] NOT NULL DEFAULT '{}',
    required_roles text[] NOT NULL DEFAULT '{}',
    availability text NOT NULL DEFAULT 'default',
    partition_key text,
    ordered boolean NOT NULL DEFAULT false,
    sla interval,
    examples jsonb,
    registered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT command_templates_pkey PRIMARY KEY (command_name, version),
    CONSTRAINT command_templates_status_known CHECK (status IN ('draft', 'active', 'deprecated')),
    CONSTRAINT command_templates_availability_known CHECK (availability IN ('default', 'opt_in')),
    CONSTRAINT command_templates_default_target_fkey FOREIGN KEY (default_target) REFERENCES command_center.services (service_id)
);
CREATE UNIQUE INDEX command_templates_one_active ON command_center.command_templates (command_name) WHERE status = 'active';
