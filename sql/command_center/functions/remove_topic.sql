CREATE FUNCTION command_center.remove_topic(topic text, expected_version integer DEFAULT NULL) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_topic';
COMMENT ON FUNCTION command_center.remove_topic(text, integer) IS
'Takes back the declaration of a topic and answers false when there is none. Messages to it that are queued are published, and the topic stays '
'in Kafka. expected_version: refuse (KC006) unless the declaration has this version. Errors: KC015 while event types are registered for '
'it; DETAIL lists them.';
REVOKE ALL ON FUNCTION command_center.remove_topic(text, integer) FROM PUBLIC;
