CREATE FUNCTION command_center.release_parked(message_ids uuid[], reason text, publisher text DEFAULT 'default')
RETURNS bigint
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_release_parked';
COMMENT ON FUNCTION command_center.release_parked(uuid[], text, text) IS
'Sends messages after all that were put aside: appends them to the outbox again with the same ids, and of an ordered key all there are, in '
'their order. It waits for those who write to such a key. Ids of which somebody has decided are passed over. Answers how many messages were '
'appended. Audited with the reason. Errors: KC003 for another''s tenant, 22023 for more than 10000 ids or a reason that is empty or has more '
'than 1000 bytes, 40001 when the keys are in use and cannot be waited for.';
REVOKE ALL ON FUNCTION command_center.release_parked(uuid[], text, text) FROM PUBLIC;
