CREATE FUNCTION command_center.replay_dispatch(tenant_id uuid, command_id uuid, reason text, actor text DEFAULT NULL)
RETURNS TABLE (message_id uuid, original_message_id uuid, target_service text)
    LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_replay_dispatch';
COMMENT ON FUNCTION command_center.replay_dispatch(uuid, uuid, text, text) IS
'Queues the messages of a command once more, with the same command id, new message ids and the header x-command-replay, which names the '
'original message; answers a row for each. Services may then report on it anew. reason (needed) and actor (the setting '
'command_center.actor, else the role, when not given) stand in the dispatch''s events and in control_audit. Errors: KC002 no such '
'dispatch, KC003 the tenant is not the caller''s, KC008 its messages are past their retention, KC011 command_center.enabled is '
'off, KC014 too many events or a message that its topic does not take any more, KC015 a handler in the database completed it.';
REVOKE ALL ON FUNCTION command_center.replay_dispatch(uuid, uuid, text, text) FROM PUBLIC;
