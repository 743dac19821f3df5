CREATE FUNCTION command_center.publish_event(
    topic text,
    event_type text,
    payload jsonb,
    tenant_id uuid,
    partition_key text DEFAULT NULL,
    headers jsonb DEFAULT NULL,
    ordered boolean DEFAULT false)
RETURNS uuid
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_publish_event';
COMMENT ON FUNCTION command_center.publish_event(text, text, jsonb, uuid, text, jsonb, boolean) IS
'Queues an event of a service''s own in the transaction of the caller, in the outbox that commands go through, and answers its message id. '
'partition_key: the tenant id when not given. headers: {"name": "text", ...}; those that the Command Center sets are refused. ordered: '
'events of this key keep the order of their commits; the key is locked until then. Errors: 22023 for a topic, event_type or header that '
'cannot be, KC003 the tenant is not the caller''s, KC011 command_center.enabled is off, KC014 too large or too deep. After an error nothing has been written.';
REVOKE ALL ON FUNCTION command_center.publish_event(text, text, jsonb, uuid, text, jsonb, boolean) FROM PUBLIC;
