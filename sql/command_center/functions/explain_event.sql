CREATE FUNCTION command_center.explain_event(
    topic text,
    event_type text,
    payload jsonb,
    tenant_id uuid,
    partition_key text DEFAULT NULL,
    headers jsonb DEFAULT NULL,
    ordered boolean DEFAULT false,
    correlation_id text DEFAULT NULL,
    version integer DEFAULT NULL)
RETURNS jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_explain_event';
COMMENT ON FUNCTION command_center.explain_event IS
'What publish_event would do with the same arguments now, and why; writes nothing, locks no key. {"accepted", "refusal": {"sqlstate", "message", '
'"detail", "hint"}, "topic": {"declared", "version", "compacted", "envelope", "keyRequired", "registeredOnly", "owner", "maxMessageBytes"}, '
'"event": {"registered", "version"}, "partitionKey", "tombstone", "ordered", "bytes", "bytesAllowed"}; what was not decided any more, because '
'of the refusal, is left out. Errors: 22004 and 22023 for arguments that are no event at all.';
REVOKE ALL ON FUNCTION command_center.explain_event FROM PUBLIC;
