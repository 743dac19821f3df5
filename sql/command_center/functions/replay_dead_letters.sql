CREATE FUNCTION command_center.replay_dead_letters(
    subscription text,
    reason text,
    dead_letter_ids uuid[] DEFAULT NULL,
    max_messages integer DEFAULT 1000,
    actor text DEFAULT NULL)
RETURNS TABLE (dead_letter_id uuid, outcome text, sqlstate text, message text)
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_replay_dead_letters';
COMMENT ON FUNCTION command_center.replay_dead_letters(text, text, uuid[], integer, text) IS
'Gives dead letters of a subscription that wait to its handler again, oldest first, in the transaction and as the role of the caller, and answers a row for each: outcome is '
'replayed, or failed with the new sqlstate and message; a failure undoes itself alone, and the dead letter waits on. dead_letter_ids: only these. max_messages: 1 to 10000. '
'Filter and schema_check are not asked again. Errors: KC002 no such subscription, or no such dead letter that waits, KC015 the handler cannot be called, 22004 and 22023 for a reason or actor that cannot be.';
REVOKE ALL ON FUNCTION command_center.replay_dead_letters(text, text, uuid[], integer, text) FROM PUBLIC;
