CREATE FUNCTION command_center.next_batch(
    publisher text,
    published_through bigint,
    max_messages integer DEFAULT 10000,
    max_bytes bigint DEFAULT 16777216,
    opened_through bigint DEFAULT 0)
RETURNS TABLE (batch_id bigint, messages integer, bytes bigint, progress jsonb)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_next_batch';
COMMENT ON FUNCTION command_center.next_batch(text, bigint, integer, bigint, bigint) IS
'Records that everything through the batch published_through is in Kafka and opens the next batch: the rows that became visible since, '
'in order of position. No row: nothing to publish. A batch that is open already is answered again. A command''s messages are never '
'split, so a batch may exceed its limits by them. What Kafka does not take now is put aside and not counted (list_parked). opened_through: '
'the batch that the relay has in hand and has not published yet; the one after it is opened then, and no third. The commit is synchronous whatever synchronous_commit says: nothing may be produced '
'before it succeeded. progress: the record to write into Kafka with the batch. Errors: KC015 when published_through is not what '
'the database knows, or with a third batch; 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.next_batch(text, bigint, integer, bigint, bigint) FROM PUBLIC;
