CREATE FUNCTION command_center.set_publishers(publishers integer, publisher text DEFAULT 'default') RETURNS bigint
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_publishers';
COMMENT ON FUNCTION command_center.set_publishers(integer, text) IS
'Divides the keys of the outbox among so many publishers (1 to 64), each with a relay of its own (--shard), and answers the generation: it goes '
'up with each change. Nobody who writes waits. What is committed by now is published by the publishers there were, and they end; the new ones '
'begin when that is in Kafka, so that a key keeps its order. Relays that are started for the new number finish what the earlier ones left; one '
'for another number is refused from then on. The messages of one command stay together, since they have one key. Audited. Errors: 22023 '
'for another number, KC002 for an unknown publisher, KC015 where the outbox is another database''s, 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.set_publishers(integer, text) FROM PUBLIC;
