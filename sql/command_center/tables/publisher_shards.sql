-- Among whom the keys of an outbox are divided, and until when. Empty as long as set_publishers() was never called: a publisher without a
-- row here has every key.
CREATE TABLE command_center.publisher_shards (
    publisher text NOT NULL,
    family text NOT NULL,
    generation bigint NOT NULL,
    shard bigint NOT NULL,
    shards bigint NOT NULL,
    begins_at pg_snapshot,
    ends_at pg_snapshot,
    transaction_bound xid8,
    position_bound bigint,
    CONSTRAINT publisher_shards_pkey PRIMARY KEY (publisher),
    CONSTRAINT publisher_shards_shard_check CHECK (shard BETWEEN 1 AND shards)
);
CREATE UNIQUE INDEX publisher_shards_generation ON command_center.publisher_shards (family, generation, shard);
COMMENT ON TABLE command_center.publisher_shards IS
'Among which publishers the keys of the outbox are divided (set_publishers). One that has published all that was its own is here, and not in publishers.';
COMMENT ON COLUMN command_center.publisher_shards.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.publisher_shards.family IS 'The publisher of which it is a shard, as relays are given it.';
COMMENT ON COLUMN command_center.publisher_shards.generation IS 'Goes up with each set_publishers().';
COMMENT ON COLUMN command_center.publisher_shards.shard IS 'Which shard it is, from 1.';
COMMENT ON COLUMN command_center.publisher_shards.shards IS 'Of how many. The hash of a message''s key tells whose it is.';
COMMENT ON COLUMN command_center.publisher_shards.begins_at IS 'What was visible then belongs to those before it; NULL: nothing does.';
COMMENT ON COLUMN command_center.publisher_shards.ends_at IS 'What was visible then is the last that belongs to it; NULL: it has no end yet.';
COMMENT ON COLUMN command_center.publisher_shards.transaction_bound IS 'No transaction from this id on had an id when the position bound was read, before ends_at.';
COMMENT ON COLUMN command_center.publisher_shards.position_bound IS 'Rows of transactions from the transaction bound on lie above this position.';
