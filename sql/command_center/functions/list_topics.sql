CREATE FUNCTION command_center.list_topics(kind text DEFAULT NULL, owner text DEFAULT NULL)
RETURNS TABLE (topic text, kind text, version integer, partitions integer, cleanup text, max_message_bytes integer, envelope text,
    key_required boolean, owner text, changed_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_topics';
COMMENT ON FUNCTION command_center.list_topics(text, text) IS
'The declared topics by name. kind: events or commands. Errors: 22023 for another kind.';
REVOKE ALL ON FUNCTION command_center.list_topics(text, text) FROM PUBLIC;
