CREATE FUNCTION command_center.list_consumer_offsets(subscription text DEFAULT NULL)
RETURNS TABLE (subscription text, topic text, partition integer, next_offset bigint, end_offset bigint, lag bigint, message_timestamp timestamptz, advanced_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_consumer_offsets';
COMMENT ON FUNCTION command_center.list_consumer_offsets(text) IS
'How far the subscriptions have come in each partition: next_offset has not been applied. end_offset and lag are of the moment advanced_at; NULL: unknown.';
REVOKE ALL ON FUNCTION command_center.list_consumer_offsets(text) FROM PUBLIC;
