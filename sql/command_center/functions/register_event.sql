CREATE FUNCTION command_center.register_event(
    event_type text,
    topic text,
    schema jsonb DEFAULT NULL,
    ordered boolean DEFAULT false,
    version integer DEFAULT NULL,
    examples jsonb DEFAULT NULL,
    description text DEFAULT NULL)
RETURNS SETOF command_center.finding
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_register_event';
COMMENT ON FUNCTION command_center.register_event IS
'Adds a version of an event to the catalogue and answers the warnings about its schema; the same definition again changes nothing. From then on '
'publish_event takes this event for this topic alone, with a payload that passes the schema, and the topic takes registered events alone. '
'Versions before it can be published until deprecate_event ends that; who names no version publishes the newest. schema: NULL takes any payload. '
'ordered: events of one key are always published in the order of their commits. examples: {"valid": [...], "invalid": [...]}, run as tests. '
'Errors: KC013 with located findings for an invalid definition, KC002 for a topic that is not declared for events, KC006 when version is not the next one.';
REVOKE ALL ON FUNCTION command_center.register_event FROM PUBLIC;
