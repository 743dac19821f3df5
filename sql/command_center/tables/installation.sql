-- Which database this is: one part of the identity under which it publishes (see publisher_identity).
CREATE TABLE command_center.installation (
    database_uuid uuid NOT NULL,
    installed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT installation_pkey PRIMARY KEY (database_uuid)
);
CREATE UNIQUE INDEX installation_one_row ON command_center.installation ((true));
INSERT INTO command_center.installation (database_uuid) VALUES (gen_random_uuid());
