CREATE FUNCTION command_center.publish_event(
    topic text,
    event_type text,
    payload jsonb,
    tenant_id uuid,
    partition_key text DEFAULT NULL,
    headers jsonb DEFAULT NULL,
    ordered boolean DEFAULT false,
    correlation_id text DEFAULT NULL,
    version integer DEFAULT NULL)
RETURNS uuid
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_publish_event';
COMMENT ON FUNCTION command_center.publish_event IS
'Queues an event of a service''s own in the transaction of the caller, in the outbox that commands go through, and answers its message id. '
'topic: a declared one (set_topic). payload: NULL is a tombstone, for a compacted topic and with a partition_key. partition_key: the '
'tenant id when not given. headers: {"name": "text", ...}; those that the Command Center sets are refused, and an invalid traceparent is '
'left out with a warning. ordered: events of this key keep the order of their commits; the key is locked until then. correlation_id: '
'the header x-correlation-id, else the message id, when not given. version: of the registered event (register_event); the newest when not given. Errors: '
'22004 and 22023 for what is no event at all, KC001 with located errors in DETAIL, KC002 for a topic that is not declared or an event that is not '
'registered where others are, KC003 the tenant is not the caller''s, the topic is another role''s or for commands, KC007 for a topic that Kafka would '
'refuse beside another, KC011 command_center.enabled is off, KC013 the event is registered for another topic, KC014 too large or too '
'deep. After an error nothing has been written.';
REVOKE ALL ON FUNCTION command_center.publish_event FROM PUBLIC;
