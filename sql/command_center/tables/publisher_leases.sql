-- Which relay works for a publisher: the last row counts. Rows are inserted, never updated.
CREATE TABLE command_center.publisher_leases (
    publisher text NOT NULL,
    claimed_at timestamptz NOT NULL,
    term bigint NOT NULL,
    holder text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT publisher_leases_pkey PRIMARY KEY (publisher, claimed_at)
) PARTITION BY RANGE (claimed_at);
