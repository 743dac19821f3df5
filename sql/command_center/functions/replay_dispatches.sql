CREATE FUNCTION command_center.replay_dispatches(filter jsonb, reason text, actor text DEFAULT NULL, dry_run boolean DEFAULT false)
RETURNS TABLE (command_id uuid, outcome text, messages integer, sqlstate text, message text)
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_replay_dispatches';
COMMENT ON FUNCTION command_center.replay_dispatches(jsonb, text, text, boolean) IS
'Replays the dispatches of a tenant that a filter finds, oldest first, as replay_dispatch does, and answers a row for each: outcome is '
'replayed, refused (with sqlstate and message), or with dry_run, which changes nothing, replayable. filter: {"tenantId": ..., '
'"commandName", "targetService", "status", "correlationId", "receivedFrom", "receivedBefore", "afterCommandId", "limit"}; tenantId is '
'needed, limit is 1000 unless given and at most 10000; afterCommandId, the last command_id answered, goes on from there. Errors: '
'22023 for a filter that cannot be, KC003 the tenant is not the caller''s, KC011 command_center.enabled is off, but for dry_run.';
REVOKE ALL ON FUNCTION command_center.replay_dispatches(jsonb, text, text, boolean) FROM PUBLIC;
