CREATE FUNCTION command_center.list_subscriptions(status text DEFAULT NULL)
RETURNS TABLE (subscription text, subscription_id uuid, version integer, status text, topics text[], handler text, start_at text, filter jsonb,
    max_attempts integer, dead_letter_topic text, schema_check text, consumer_group text, batch_messages integer, batch_wait interval, changed_at timestamptz)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_subscriptions';
COMMENT ON FUNCTION command_center.list_subscriptions(text) IS
'The subscriptions by name. status: active or paused. consumer_group is the group in Kafka, with its suffix. Errors: 22023 for another status.';
REVOKE ALL ON FUNCTION command_center.list_subscriptions(text) FROM PUBLIC;
