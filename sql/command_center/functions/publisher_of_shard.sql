CREATE FUNCTION command_center.publisher_of_shard(shard integer, shards integer, publisher text DEFAULT 'default') RETURNS text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_publisher_of_shard';
COMMENT ON FUNCTION command_center.publisher_of_shard(integer, integer, text) IS
'For the relay: which publisher to be, as the given shard (from 1) of so many; the publisher itself where it is the only one. After a '
'set_publishers() that is an earlier one as long as there is one that has not published all that is its own: ask again when that is told to '
'have ended. Errors: KC002 for an unknown publisher, 22023 for a shard that cannot be, KC015 when there are more shards, or fewer.';
REVOKE ALL ON FUNCTION command_center.publisher_of_shard(integer, integer, text) FROM PUBLIC;
