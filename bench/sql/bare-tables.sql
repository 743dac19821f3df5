-- The tables that a team would make by hand for a command and its message: primary keys, no other index.
CREATE TABLE bare_commands (
    tenant_id uuid NOT NULL,
    command_id uuid NOT NULL DEFAULT gen_random_uuid(),
    command_name text NOT NULL,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, command_id)
);
CREATE TABLE bare_outbox (
    "position" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    command_id uuid NOT NULL,
    topic text NOT NULL,
    partition_key text NOT NULL,
    headers json NOT NULL,
    value text NOT NULL
);
GRANT SELECT, INSERT ON bare_commands, bare_outbox TO PUBLIC;
