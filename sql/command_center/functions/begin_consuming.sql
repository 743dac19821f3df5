CREATE FUNCTION command_center.begin_consuming(subscription text, subscription_id uuid, positions command_center.consumer_position[])
RETURNS TABLE (topic text, partition integer, next_offset bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_begin_consuming';
COMMENT ON FUNCTION command_center.begin_consuming(text, uuid, command_center.consumer_position[]) IS
'For the relay: writes down where partitions begin that have no offset yet, and answers where all partitions of the subscription go on. All partitions '
'of a topic are begun together, so that one of a topic that has offsets is known to be new and begins at its beginning. An offset that is there stays. Errors: '
'KC002 no such subscription, KC006 it was reset or made anew since, KC014 more than 10000 positions, 22023 a position that cannot be.';
REVOKE ALL ON FUNCTION command_center.begin_consuming(text, uuid, command_center.consumer_position[]) FROM PUBLIC;
