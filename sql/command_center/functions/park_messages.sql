CREATE FUNCTION command_center.park_messages(publisher text, holder text, batch_id bigint, positions bigint[], message_ids uuid[], details text[])
RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_park_messages';
COMMENT ON FUNCTION command_center.park_messages(text, text, bigint, bigint[], uuid[], text[]) IS
'For the relay: puts messages of an open batch aside that Kafka refused, with what it said of each, and what comes behind them in their '
'ordered keys. To be committed before a Kafka transaction leaves them out, and only after the one that held them was given up. Answers how '
'many were put aside. The commit is synchronous. Errors: KC002 for an unknown batch, KC015 when it is published or holder has not got the '
'lease, 22023 for arrays of different lengths, 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.park_messages(text, text, bigint, bigint[], uuid[], text[]) FROM PUBLIC;
