CREATE FUNCTION command_center.recover_messages(publisher text, holder text, message_ids uuid[], read_from timestamptz)
RETURNS TABLE (published bigint, unknown uuid[])
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_recover_messages';
COMMENT ON FUNCTION command_center.recover_messages(text, text, uuid[], timestamptz) IS
'For the relay: these messages, at most 100,000, were read back from Kafka, so none of them is sent again. Answers how many that concerns, and '
'which of them this database does not have: they are of transactions that it lost, or of others who write to the topics. read_from: since when '
'Kafka was read. To be called as often as it takes, between begin_recovery() and finish_recovery(). Errors: KC002 for an unknown publisher; KC015 '
'when holder has not got the lease; 22023 for too many; 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.recover_messages(text, text, uuid[], timestamptz) FROM PUBLIC;
