CREATE FUNCTION command_center.hold_topic(publisher text, holder text, batch_id bigint, after_position bigint, topic text, detail text)
RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_hold_topic';
COMMENT ON FUNCTION command_center.hold_topic(text, text, bigint, bigint, text, text) IS
'For the relay: the topic takes no message now. What open batches have for it behind after_position of the batch is put aside, and so is '
'what comes, until free_topic(). Answers how many were. Errors: as park_messages().';
REVOKE ALL ON FUNCTION command_center.hold_topic(text, text, bigint, bigint, text, text) FROM PUBLIC;
