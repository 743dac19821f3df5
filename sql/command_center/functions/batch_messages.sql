CREATE FUNCTION command_center.batch_messages(publisher text, batch_id bigint, after_position bigint DEFAULT 0)
RETURNS TABLE ("position" bigint, message_id uuid, topic text, partition_key text, headers json, value text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10000 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_batch_messages';
COMMENT ON FUNCTION command_center.batch_messages(text, bigint, bigint) IS
'The messages of a batch, the same rows in the same order however often it is asked, without those that are put aside (list_parked). '
'after_position: only those behind it, where a part of the batch is published. Errors: KC002 for an unknown batch, KC015 when '
'the number of all is not the recorded one (rows are gone, or this server has not replayed them).';
REVOKE ALL ON FUNCTION command_center.batch_messages(text, bigint, bigint) FROM PUBLIC;
