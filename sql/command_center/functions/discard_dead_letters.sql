CREATE FUNCTION command_center.discard_dead_letters(
    subscription text,
    reason text,
    dead_letter_ids uuid[] DEFAULT NULL,
    max_messages integer DEFAULT 1000,
    actor text DEFAULT NULL)
RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_discard_dead_letters';
COMMENT ON FUNCTION command_center.discard_dead_letters(text, text, uuid[], integer, text) IS
'Writes down that dead letters need no replay, oldest first, and answers how many: they wait no more, and are kept as long as others. dead_letter_ids: only these. '
'max_messages: 1 to 10000. Errors: KC002 no such dead letter that waits, 22004 and 22023 for a reason or actor that cannot be.';
REVOKE ALL ON FUNCTION command_center.discard_dead_letters(text, text, uuid[], integer, text) FROM PUBLIC;
