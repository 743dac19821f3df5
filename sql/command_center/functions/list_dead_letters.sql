CREATE FUNCTION command_center.list_dead_letters(
    subscription text DEFAULT NULL,
    status text DEFAULT 'waiting',
    after_id uuid DEFAULT NULL,
    max_rows integer DEFAULT 100)
RETURNS TABLE (dead_letter_id uuid, subscription text, status text, failed_at timestamptz, topic text, partition integer, "offset" bigint, key text, value text,
    headers jsonb, attempts integer, sqlstate text, error text, detail text, last_replay_at timestamptz, last_replay_error text)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_dead_letters';
COMMENT ON FUNCTION command_center.list_dead_letters(text, text, uuid, integer) IS
'The messages that subscriptions could not apply, oldest first. status: waiting, replayed or discarded; NULL: all. after_id: go on after this one. key and value are '
'NULL where they are not text; the table dead_letters has their bytes. max_rows: 1 to 10000. Errors: 22023 for another status or max_rows.';
REVOKE ALL ON FUNCTION command_center.list_dead_letters(text, text, uuid, integer) FROM PUBLIC;
