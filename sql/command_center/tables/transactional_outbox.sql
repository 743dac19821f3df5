-- The log of messages to publish. Rows of one command share one position, which is drawn after the transaction has its id: the
-- cursor (next_batch) rests on that. CACHE 1: a cached range would put a later command of another session first.
CREATE SEQUENCE command_center.outbox_position AS bigint CACHE 1;
CREATE TABLE command_center.transactional_outbox (
    "position" bigint NOT NULL,
    transaction_id xid8 NOT NULL,
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    command_id uuid NOT NULL,
    topic text NOT NULL,
    partition_key text NOT NULL,
    headers json NOT NULL,
    value text NOT NULL
) PARTITION BY RANGE (message_id);
-- New transactions are read in order of position; one that was in progress at an earlier snapshot by its id.
CREATE INDEX transactional_outbox_position ON command_center.transactional_outbox ("position");
CREATE INDEX transactional_outbox_transaction ON command_center.transactional_outbox (transaction_id, "position");
