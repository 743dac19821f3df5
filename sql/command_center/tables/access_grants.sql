-- The levels that grant_access gave to roles, so that setup() can give them what a later version adds to a level.
CREATE TABLE command_center.access_grants (
    role text NOT NULL,
    level text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_grants_pkey PRIMARY KEY (role, level)
);
