-- Schemas that others refer to by URI. The content of a URI never changes.
CREATE TABLE command_center.shared_schemas (
    uri text NOT NULL,
    content jsonb NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT shared_schemas_pkey PRIMARY KEY (uri)
);
