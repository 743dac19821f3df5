-- What each batch is: the rows between two snapshots, within a slice of positions. Rows are inserted, never updated; a batch is known
-- to be published by the published_through of a later row.
CREATE TABLE command_center.publication_batches (
    publisher text NOT NULL,
    batch_id bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    published_through bigint NOT NULL,
    snapshot_before pg_snapshot NOT NULL,
    snapshot_after pg_snapshot NOT NULL,
    transaction_bound_before xid8 NOT NULL,
    transaction_bound_after xid8 NOT NULL,
    position_bound_before bigint NOT NULL,
    position_bound_after bigint NOT NULL,
    slice_after bigint NOT NULL,
    slice_through bigint NOT NULL,
    window_complete boolean NOT NULL,
    messages integer NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT publication_batches_pkey PRIMARY KEY (publisher, batch_id, opened_at)
) PARTITION BY RANGE (opened_at);
