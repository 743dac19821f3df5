CREATE FUNCTION command_center.discard_parked(message_ids uuid[], reason text, publisher text DEFAULT 'default')
RETURNS TABLE (discarded bigint, released bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_discard_parked';
COMMENT ON FUNCTION command_center.discard_parked(uuid[], text, text) IS
'Decides that messages which were put aside are never sent. What came behind them in an ordered key is released as release_parked() does, '
'unless Kafka refused another of the key. Answers how many of both. Audited with the reason. Errors: as release_parked().';
REVOKE ALL ON FUNCTION command_center.discard_parked(uuid[], text, text) FROM PUBLIC;
