-- What Kafka does not take is put aside, so that everything else goes on.

-- Known from 0.4.0 on: what keeps its place behind a message that was put aside.
ALTER TABLE command_center.transactional_outbox ADD COLUMN ordered boolean;
COMMENT ON COLUMN command_center.transactional_outbox.ordered IS
'Whether it keeps its place among the messages of its key; NULL: a version before 0.4.0 wrote it, and it is taken to.';

-- Copies of messages that a batch was published without. Rows are inserted, never updated: what became of one stands in parked_outcomes.
CREATE TABLE command_center.parked_messages (
    publisher text NOT NULL,
    batch_id bigint,
    parked_at timestamptz NOT NULL,
    reason text NOT NULL,
    detail text,
    "position" bigint NOT NULL,
    message_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    command_id uuid NOT NULL,
    topic text NOT NULL,
    partition_key text NOT NULL,
    headers json NOT NULL,
    value text,
    ordered boolean,
    CONSTRAINT parked_messages_reason_check CHECK (reason IN ('refused', 'topic', 'behind', 'moved'))
) PARTITION BY RANGE (parked_at);
COMMENT ON TABLE command_center.parked_messages IS
'Copies of the messages that batches were published without: release_parked() sends them after all, discard_parked() does not.';
COMMENT ON COLUMN command_center.parked_messages.publisher IS 'The publisher that put it aside.';
COMMENT ON COLUMN command_center.parked_messages.batch_id IS 'The batch it was recorded in; NULL: release_parked() moved it behind others before it was in any.';
COMMENT ON COLUMN command_center.parked_messages.parked_at IS 'When it was put aside.';
COMMENT ON COLUMN command_center.parked_messages.reason IS
'refused: Kafka refused this message; topic: its topic takes none; behind: an earlier message of its key is put aside; moved: release_parked() moved it.';
COMMENT ON COLUMN command_center.parked_messages.detail IS 'What Kafka said.';
COMMENT ON COLUMN command_center.parked_messages."position" IS 'Its position in the outbox.';
COMMENT ON COLUMN command_center.parked_messages.message_id IS 'The id of the message, which it keeps when it is sent after all.';
COMMENT ON COLUMN command_center.parked_messages.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.parked_messages.command_id IS 'The command or event it belongs to.';
COMMENT ON COLUMN command_center.parked_messages.topic IS 'Where it goes.';
COMMENT ON COLUMN command_center.parked_messages.partition_key IS 'Its Kafka key.';
COMMENT ON COLUMN command_center.parked_messages.headers IS 'Its Kafka headers.';
COMMENT ON COLUMN command_center.parked_messages.value IS 'Its value; NULL: a tombstone.';
COMMENT ON COLUMN command_center.parked_messages.ordered IS 'As in the outbox.';
CREATE INDEX parked_messages_position ON command_center.parked_messages ("position");
CREATE INDEX parked_messages_message ON command_center.parked_messages (message_id);
CREATE INDEX parked_messages_time ON command_center.parked_messages (publisher, parked_at);
CREATE INDEX parked_messages_key ON command_center.parked_messages (topic, tenant_id, md5(partition_key));
ALTER TABLE command_center.parked_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY parked_messages_of_own_tenants ON command_center.parked_messages FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

-- A row of its own, since a row that is changed leaves a dead one behind.
CREATE TABLE command_center.parked_outcomes (
    "position" bigint NOT NULL,
    message_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL,
    new_position bigint,
    new_transaction_id xid8,
    CONSTRAINT parked_outcomes_outcome_check CHECK (outcome IN ('released', 'discarded'))
) PARTITION BY RANGE (at);
COMMENT ON TABLE command_center.parked_outcomes IS 'What became of messages that were put aside; one without a row here still is.';
COMMENT ON COLUMN command_center.parked_outcomes."position" IS 'The position at which it was put aside.';
COMMENT ON COLUMN command_center.parked_outcomes.message_id IS 'The id of the message.';
COMMENT ON COLUMN command_center.parked_outcomes.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.parked_outcomes.outcome IS 'released: it is in the outbox again; discarded: it is never sent.';
COMMENT ON COLUMN command_center.parked_outcomes.at IS 'When that was decided.';
COMMENT ON COLUMN command_center.parked_outcomes.new_position IS 'Its new position in the outbox; NULL: it was discarded.';
COMMENT ON COLUMN command_center.parked_outcomes.new_transaction_id IS 'The transaction that wrote it there; NULL: it was discarded.';
CREATE INDEX parked_outcomes_position ON command_center.parked_outcomes ("position", message_id);
ALTER TABLE command_center.parked_outcomes ENABLE ROW LEVEL SECURITY;
CREATE POLICY parked_outcomes_of_own_tenants ON command_center.parked_outcomes FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

-- What next_batch() asks for each batch; a row is there only as long as something is held. A key may be longer than an index takes.
CREATE TABLE command_center.topic_holds (
    publisher text NOT NULL,
    topic text NOT NULL,
    since timestamptz NOT NULL,
    detail text,
    CONSTRAINT topic_holds_pkey PRIMARY KEY (publisher, topic)
);
COMMENT ON TABLE command_center.topic_holds IS 'The topics that take no message now: theirs are put aside until the relay finds that they do.';
COMMENT ON COLUMN command_center.topic_holds.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.topic_holds.topic IS 'The topic.';
COMMENT ON COLUMN command_center.topic_holds.since IS 'Since when.';
COMMENT ON COLUMN command_center.topic_holds.detail IS 'What Kafka said.';

CREATE TABLE command_center.key_holds (
    publisher text NOT NULL,
    topic text NOT NULL,
    tenant_id uuid NOT NULL,
    partition_key text NOT NULL,
    since timestamptz NOT NULL
);
COMMENT ON TABLE command_center.key_holds IS
'The ordered keys with a message that is put aside: those that come later are, too, until release_parked() or discard_parked().';
COMMENT ON COLUMN command_center.key_holds.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.key_holds.topic IS 'The topic; in others the key goes on.';
COMMENT ON COLUMN command_center.key_holds.tenant_id IS 'The tenant.';
COMMENT ON COLUMN command_center.key_holds.partition_key IS 'The key.';
COMMENT ON COLUMN command_center.key_holds.since IS 'Since when.';
CREATE UNIQUE INDEX key_holds_key ON command_center.key_holds (tenant_id, topic, md5(partition_key), publisher);
ALTER TABLE command_center.key_holds ENABLE ROW LEVEL SECURITY;
CREATE POLICY key_holds_of_own_tenants ON command_center.key_holds FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

-- What of Kafka's records an older relay would misread.
CREATE TABLE command_center.publication_formats (
    publisher text NOT NULL,
    format integer NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT publication_formats_pkey PRIMARY KEY (publisher, format)
);
COMMENT ON TABLE command_center.publication_formats IS
'The forms of progress that relays of a publisher have written into Kafka. A relay that does not know the highest is refused.';
COMMENT ON COLUMN command_center.publication_formats.publisher IS 'The publisher.';
COMMENT ON COLUMN command_center.publication_formats.format IS '2, of 0.4.0: batches in parts, and a partition of the progress topic for each publisher.';
COMMENT ON COLUMN command_center.publication_formats.since IS 'Since when.';
