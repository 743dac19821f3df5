CREATE FUNCTION command_center.free_topic(publisher text, holder text, topic text, max_messages integer DEFAULT 1000)
RETURNS bigint
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_free_topic';
COMMENT ON FUNCTION command_center.free_topic(text, text, text, integer) IS
'For the relay: the topic takes messages again. Appends what was put aside for it to the outbox, about max_messages a call, each key in its '
'order; a key that somebody writes to at the moment waits for the next call. Answers how many it appended; list_topic_holds() tells whether '
'any are left. Errors: KC015 when holder has not got the lease, 22023 for a limit below 1, 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.free_topic(text, text, text, integer) FROM PUBLIC;
