-- The events that services publish. A version never changes but for its status.
CREATE TABLE command_center.event_types (
    event_type text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL DEFAULT 'active',
    topic text NOT NULL,
    schema jsonb,
    ordered boolean NOT NULL DEFAULT false,
    description text,
    examples jsonb,
    registered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT event_types_pkey PRIMARY KEY (event_type, version),
    CONSTRAINT event_types_status_known CHECK (status IN ('active', 'deprecated'))
);
CREATE INDEX event_types_of_topic ON command_center.event_types (topic) WHERE status = 'active';
COMMENT ON TABLE command_center.event_types IS 'The registered events (register_event): where each goes and what its payload looks like.';
COMMENT ON COLUMN command_center.event_types.event_type IS 'The name of the event, as order.placed.';
COMMENT ON COLUMN command_center.event_types.version IS 'From 1; publishers of several versions work side by side.';
COMMENT ON COLUMN command_center.event_types.status IS 'active; deprecated: no longer published.';
COMMENT ON COLUMN command_center.event_types.topic IS 'The declared topic it goes to, and to no other.';
COMMENT ON COLUMN command_center.event_types.schema IS 'The JSON Schema of its payload; NULL: anything.';
COMMENT ON COLUMN command_center.event_types.ordered IS 'Whether events of one key are always published in the order of their commits.';
COMMENT ON COLUMN command_center.event_types.description IS 'For people, and for asyncapi().';
COMMENT ON COLUMN command_center.event_types.examples IS 'What was tested when it was registered: {"valid": [...], "invalid": [...]}.';
COMMENT ON COLUMN command_center.event_types.registered_at IS 'When it was.';
