CREATE FUNCTION command_center.move_consumer_offset(
    subscription text,
    topic text,
    partition integer,
    next_offset bigint,
    reason text,
    expected_offset bigint DEFAULT NULL)
RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_move_consumer_offset';
COMMENT ON FUNCTION command_center.move_consumer_offset(text, text, integer, bigint, text, bigint) IS
'Lets one partition of a subscription go on at another offset of Kafka, and answers the one before; the relay takes it up by itself. Messages between are passed over, or '
'applied again. Waits for a batch that is being applied. expected_offset: refuse (KC006) unless it is there. The relay calls it where messages were deleted before they were applied. '
'Errors: KC002 no such subscription, a topic that it does not consume, or a partition that was never begun, 22004 and 22023 for an argument that cannot be.';
REVOKE ALL ON FUNCTION command_center.move_consumer_offset(text, text, integer, bigint, text, bigint) FROM PUBLIC;
