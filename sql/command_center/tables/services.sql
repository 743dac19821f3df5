-- The services commands can be sent to.
CREATE TABLE command_center.services (
    service_id text NOT NULL,
    owner text,
    status text NOT NULL DEFAULT 'healthy',
    topic text,
    handler text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT services_pkey PRIMARY KEY (service_id),
    CONSTRAINT services_status_known CHECK (status IN ('healthy', 'draining', 'down'))
);
