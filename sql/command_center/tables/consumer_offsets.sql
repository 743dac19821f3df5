-- Up to where the messages of each partition have been applied: the last row counts. Rows are inserted, never updated, by the transaction that
-- applied the messages.
CREATE TABLE command_center.consumer_offsets (
    subscription_id uuid NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    advanced_at timestamptz NOT NULL,
    next_offset bigint NOT NULL,
    end_offset bigint,
    message_timestamp timestamptz,
    carried_from timestamptz,
    CONSTRAINT consumer_offsets_pkey PRIMARY KEY (subscription_id, topic, partition, advanced_at)
) PARTITION BY RANGE (advanced_at);
COMMENT ON TABLE command_center.consumer_offsets IS 'Up to where subscriptions have applied each partition of their topics: the last row counts. Rows are inserted, never updated.';
COMMENT ON COLUMN command_center.consumer_offsets.subscription_id IS 'The subscription, as it was made or last reset.';
COMMENT ON COLUMN command_center.consumer_offsets.topic IS 'The topic.';
COMMENT ON COLUMN command_center.consumer_offsets.partition IS 'The partition in Kafka.';
COMMENT ON COLUMN command_center.consumer_offsets.advanced_at IS 'When the messages before next_offset were applied; a day is a partition.';
COMMENT ON COLUMN command_center.consumer_offsets.next_offset IS 'The first offset that has not been applied.';
COMMENT ON COLUMN command_center.consumer_offsets.end_offset IS 'Where the partition ended, as far as the relay knew then.';
COMMENT ON COLUMN command_center.consumer_offsets.message_timestamp IS 'The timestamp in Kafka of the last message that was applied.';
COMMENT ON COLUMN command_center.consumer_offsets.carried_from IS 'When the messages before next_offset were applied, where maintain() has copied the row to a later day since; NULL: at advanced_at.';
