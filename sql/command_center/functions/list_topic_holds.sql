CREATE FUNCTION command_center.list_topic_holds(publisher text)
RETURNS TABLE (topic text, since timestamptz, detail text)
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_topic_holds';
COMMENT ON FUNCTION command_center.list_topic_holds(text) IS
'The topics that take no message now, since when, and what Kafka said; since is NULL where the topic takes them again and some are still '
'to be appended.';
REVOKE ALL ON FUNCTION command_center.list_topic_holds(text) FROM PUBLIC;
