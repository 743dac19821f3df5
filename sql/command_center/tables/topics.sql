-- What is known of the topics that messages go to.
CREATE TABLE command_center.topics (
    topic text NOT NULL,
    kind text NOT NULL DEFAULT 'events',
    version integer NOT NULL DEFAULT 1,
    partitions integer NOT NULL DEFAULT 12,
    cleanup text NOT NULL DEFAULT 'delete',
    max_message_bytes integer NOT NULL DEFAULT 1048588,
    envelope text NOT NULL DEFAULT 'cloudevents',
    key_required boolean NOT NULL DEFAULT false,
    owner text,
    owner_id oid,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT topics_pkey PRIMARY KEY (topic),
    CONSTRAINT topics_kind_known CHECK (kind IN ('events', 'commands')),
    CONSTRAINT topics_partitions_possible CHECK (partitions BETWEEN 1 AND 10000),
    CONSTRAINT topics_cleanup_known CHECK (cleanup IN ('delete', 'compact', 'compact,delete')),
    CONSTRAINT topics_max_message_bytes_possible CHECK (max_message_bytes BETWEEN 1024 AND 1073741824),
    CONSTRAINT topics_envelope_known CHECK (envelope IN ('cloudevents', 'raw')),
    CONSTRAINT topics_owner_is_whole CHECK ((owner IS NULL) = (owner_id IS NULL))
);
-- Kafka names metrics so, and refuses a topic that would share them with another.
CREATE UNIQUE INDEX topics_one_per_metric_name ON command_center.topics ((translate(topic, '.', '_')));
COMMENT ON TABLE command_center.topics IS 'The declared topics (set_topic): what the relay makes of them, and what may be sent to them.';
COMMENT ON COLUMN command_center.topics.topic IS 'Its name in Kafka.';
COMMENT ON COLUMN command_center.topics.kind IS 'Whether it carries events of services or commands; never both.';
COMMENT ON COLUMN command_center.topics.version IS 'How often it was declared otherwise, from 1.';
COMMENT ON COLUMN command_center.topics.partitions IS 'How many it has in Kafka.';
COMMENT ON COLUMN command_center.topics.cleanup IS 'Kafka''s cleanup.policy: delete, compact, or compact,delete.';
COMMENT ON COLUMN command_center.topics.max_message_bytes IS 'Kafka''s max.message.bytes; messages are refused above nine tenths of it.';
COMMENT ON COLUMN command_center.topics.envelope IS 'cloudevents: the value is metadata and payload; raw: the payload alone.';
COMMENT ON COLUMN command_center.topics.key_required IS 'Whether an event must say its partition key; always where it is compacted.';
COMMENT ON COLUMN command_center.topics.owner IS 'The database role that alone may publish events to it, with the roles that have its rights; NULL: everybody.';
COMMENT ON COLUMN command_center.topics.owner_id IS 'The oid of that role when it was named: another role of the same name is not the owner.';
COMMENT ON COLUMN command_center.topics.changed_at IS 'When it was declared so.';

-- What was published to any topic before topics were declared goes on; a new installation refuses.
ALTER TABLE command_center.installation
    ADD COLUMN undeclared_topics text NOT NULL DEFAULT 'refuse'
    CONSTRAINT installation_undeclared_topics_known CHECK (undeclared_topics IN ('allow', 'refuse'));
UPDATE command_center.installation SET undeclared_topics = 'allow' WHERE installed_at < now();
COMMENT ON COLUMN command_center.installation.undeclared_topics IS
'Whether events may go to topics that nobody declared (set_undeclared_topics): refuse, or allow as before 0.3.0.';
