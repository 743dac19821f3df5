-- Which command an idempotency key was first used for. Rows are inserted, never updated nor deleted: an expired key that is used again
-- gets the next use_number of its day. No unique key spans the days: a first use looks at every day that may hold a live one.
CREATE TABLE command_center.idempotency_keys (
    tenant_id uuid NOT NULL,
    command_name text NOT NULL,
    idempotency_key text NOT NULL,
    first_used_on date NOT NULL,
    use_number integer NOT NULL,
    request_sha256 bytea NOT NULL,
    command_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, command_name, idempotency_key, first_used_on, use_number)
) PARTITION BY RANGE (first_used_on);
