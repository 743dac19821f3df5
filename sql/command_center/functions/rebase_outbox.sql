CREATE FUNCTION command_center.rebase_outbox(publisher text, progress jsonb, published_messages uuid[] DEFAULT NULL) RETURNS jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_rebase_outbox';
COMMENT ON FUNCTION command_center.rebase_outbox(text, jsonb, uuid[]) IS
'Settles what is published where Kafka and the database disagree, after a restore, a failover or the loss of the progress topic. progress: '
'the last progress record that Kafka holds (command-center-relay progress prints it), of several publishers an array of all theirs, or '
'recorded_progress() where that is lost; NULL: Kafka has nothing, and every message is sent. published_messages: ids of messages that are known to be in Kafka besides. Every message is '
'classified by the snapshots of the record; the others are published next, under the identity of this database; where set_publishers() was called, by new publishers of the same number. Stop the relay first, and '
'let no service write until it is done. Answers how many messages are published and unpublished, and what the database has lost '
'(batchesLost, positionsLost: what Kafka has and the database does not). Errors: KC002 for an unknown publisher; KC015 while a relay holds '
'the lease, with a publisher that is no shard of this one, or when the record is another database''s; 22023 when it is no progress record; 25001 outside '
'READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.rebase_outbox(text, jsonb, uuid[]) FROM PUBLIC;
