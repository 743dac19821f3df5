CREATE FUNCTION command_center.list_parked(topic text DEFAULT NULL, tenant_id uuid DEFAULT NULL, reason text DEFAULT NULL, max_messages integer DEFAULT 1000,
    after_position bigint DEFAULT NULL)
RETURNS TABLE (message_id uuid, parked_at timestamptz, reason text, detail text, topic text, tenant_id uuid, command_id uuid, partition_key text,
    ordered boolean, bytes integer, "position" bigint, publisher text, batch_id bigint)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_parked';
COMMENT ON FUNCTION command_center.list_parked(text, uuid, text, integer, bigint) IS
'The messages that Kafka did not take and of which nobody has decided, in order of position; release_parked() and discard_parked() take their '
'ids. reason: refused (Kafka refused this one), topic (its topic takes none), behind (an earlier one of its key is put aside). Without a '
'tenant those of all, for which the caller must act. after_position: go on behind this one. Errors: KC003 for another''s tenant, 22023 for another reason or a limit below 1 or '
'above 100000.';
REVOKE ALL ON FUNCTION command_center.list_parked(text, uuid, text, integer, bigint) FROM PUBLIC;
