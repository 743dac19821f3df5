-- Messages that could not be applied, as they were, and what became of them. Rows are inserted, never updated. dead_letter_id is a UUIDv7, so a
-- day is a range of ids; what became of a dead letter goes with it.
CREATE TABLE command_center.dead_letters (
    dead_letter_id uuid NOT NULL,
    subscription text NOT NULL,
    failed_at timestamptz NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    message_timestamp timestamptz,
    key bytea,
    value bytea,
    headers jsonb NOT NULL,
    attempts integer NOT NULL,
    sqlstate text NOT NULL,
    error text NOT NULL,
    detail text,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (dead_letter_id)
) PARTITION BY RANGE (dead_letter_id);
COMMENT ON TABLE command_center.dead_letters IS 'Messages that the handler of a subscription could not apply (list_dead_letters); they are in its dead-letter topic, too.';
COMMENT ON COLUMN command_center.dead_letters.dead_letter_id IS 'A UUIDv7; a day is a range of ids, and a partition.';
COMMENT ON COLUMN command_center.dead_letters.subscription IS 'Whose handler failed.';
COMMENT ON COLUMN command_center.dead_letters.failed_at IS 'When it did for the last time.';
COMMENT ON COLUMN command_center.dead_letters.topic IS 'The topic it came from.';
COMMENT ON COLUMN command_center.dead_letters.partition IS 'The partition in Kafka.';
COMMENT ON COLUMN command_center.dead_letters."offset" IS 'The offset in Kafka.';
COMMENT ON COLUMN command_center.dead_letters.message_timestamp IS 'The timestamp in Kafka.';
COMMENT ON COLUMN command_center.dead_letters.key IS 'Its key; NULL: it has none.';
COMMENT ON COLUMN command_center.dead_letters.value IS 'Its value; NULL: a tombstone.';
COMMENT ON COLUMN command_center.dead_letters.headers IS 'Every header in its order, as header_list of kafka_message.';
COMMENT ON COLUMN command_center.dead_letters.attempts IS 'How often it was tried.';
COMMENT ON COLUMN command_center.dead_letters.sqlstate IS 'The SQLSTATE of the last failure.';
COMMENT ON COLUMN command_center.dead_letters.error IS 'Its message.';
COMMENT ON COLUMN command_center.dead_letters.detail IS 'Its DETAIL.';

CREATE TABLE command_center.dead_letter_events (
    dead_letter_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    why text,
    sqlstate text,
    error text,
    CONSTRAINT dead_letter_events_pkey PRIMARY KEY (dead_letter_id, at)
) PARTITION BY RANGE (dead_letter_id);
COMMENT ON TABLE command_center.dead_letter_events IS 'What became of dead letters: replayed, failed again, or discarded. Rows are inserted, never updated.';
COMMENT ON COLUMN command_center.dead_letter_events.dead_letter_id IS 'The dead letter.';
COMMENT ON COLUMN command_center.dead_letter_events.at IS 'When.';
COMMENT ON COLUMN command_center.dead_letter_events.kind IS 'replayed, failed or discarded; it waits until it is replayed or discarded.';
COMMENT ON COLUMN command_center.dead_letter_events.who IS 'The actor that was named, or the database role.';
COMMENT ON COLUMN command_center.dead_letter_events.why IS 'The reason that was given.';
COMMENT ON COLUMN command_center.dead_letter_events.sqlstate IS 'Of the new failure.';
COMMENT ON COLUMN command_center.dead_letter_events.error IS 'Its message.';
