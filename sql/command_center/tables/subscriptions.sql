-- What the relay consumes, and which function it gives the messages to.
CREATE TABLE command_center.subscriptions (
    subscription text NOT NULL,
    subscription_id uuid NOT NULL DEFAULT gen_random_uuid(),
    version integer NOT NULL DEFAULT 1,
    status text NOT NULL DEFAULT 'active',
    topics text[] NOT NULL,
    handler text NOT NULL,
    filter jsonb NOT NULL DEFAULT '{}',
    schema_check text NOT NULL DEFAULT 'known',
    max_attempts integer NOT NULL DEFAULT 5,
    dead_letter_topic text NOT NULL,
    start_at text NOT NULL DEFAULT 'earliest',
    consumer_group text,
    group_suffix text NOT NULL DEFAULT '',
    batch_messages integer NOT NULL DEFAULT 500,
    batch_wait interval NOT NULL DEFAULT interval '100 milliseconds',
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_pkey PRIMARY KEY (subscription),
    CONSTRAINT subscriptions_status_known CHECK (status IN ('active', 'paused')),
    CONSTRAINT subscriptions_schema_check_known CHECK (schema_check IN ('off', 'known', 'required')),
    CONSTRAINT subscriptions_max_attempts_possible CHECK (max_attempts BETWEEN 1 AND 100),
    CONSTRAINT subscriptions_batch_messages_possible CHECK (batch_messages BETWEEN 1 AND 10000)
);
CREATE UNIQUE INDEX subscriptions_subscription_id ON command_center.subscriptions (subscription_id);
COMMENT ON TABLE command_center.subscriptions IS 'What the relay consumes from Kafka and applies in this database (set_subscription).';
COMMENT ON COLUMN command_center.subscriptions.subscription IS 'Its name.';
COMMENT ON COLUMN command_center.subscriptions.subscription_id IS 'Names it as it was made or last reset: offsets belong to this, and begin anew with another.';
COMMENT ON COLUMN command_center.subscriptions.version IS 'How often it was changed, from 1.';
COMMENT ON COLUMN command_center.subscriptions.status IS 'active, or paused: nothing is consumed, and it goes on where it was.';
COMMENT ON COLUMN command_center.subscriptions.topics IS 'The topics that it consumes.';
COMMENT ON COLUMN command_center.subscriptions.handler IS 'The function that is given each message, or an array of them, as text.';
COMMENT ON COLUMN command_center.subscriptions.filter IS 'Header names with the values to take; messages without one of them are passed over. {}: all are taken.';
COMMENT ON COLUMN command_center.subscriptions.schema_check IS 'What is asked of the event catalogue: off; known: events that are registered fit their schema; required: and no others come.';
COMMENT ON COLUMN command_center.subscriptions.max_attempts IS 'How often a message that fails is tried before it becomes a dead letter.';
COMMENT ON COLUMN command_center.subscriptions.dead_letter_topic IS 'Where messages go that could not be applied.';
COMMENT ON COLUMN command_center.subscriptions.start_at IS 'Where a topic is begun that was not consumed yet: earliest, latest, or a time.';
COMMENT ON COLUMN command_center.subscriptions.consumer_group IS 'The consumer group in Kafka; NULL: one made of the name and the identity of this database.';
COMMENT ON COLUMN command_center.subscriptions.group_suffix IS 'What is added to the group, as -shadow.';
COMMENT ON COLUMN command_center.subscriptions.batch_messages IS 'How many messages are applied in one transaction at most.';
COMMENT ON COLUMN command_center.subscriptions.batch_wait IS 'How long the relay waits for a batch to fill once it has a message.';
COMMENT ON COLUMN command_center.subscriptions.changed_at IS 'When it was last changed.';
