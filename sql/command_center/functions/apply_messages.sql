CREATE FUNCTION command_center.apply_messages(
    subscription text,
    subscription_id uuid,
    expected command_center.consumer_position[],
    messages command_center.kafka_message[])
RETURNS TABLE (topic text, partition integer, status text, next_offset bigint, handled integer, filtered integer, dead_letters integer, sqlstate text, message text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_apply_messages';
COMMENT ON FUNCTION command_center.apply_messages(text, uuid, command_center.consumer_position[], command_center.kafka_message[]) IS
'For the relay: gives messages to the handler of a subscription and stores the next offset of each partition, in the transaction of the caller. '
'expected: for each partition of the messages, the offset that is stored. Answers a row for each of them. status: applied; failed, when a message failed and may be tried again: what was '
'before it in its partition is applied, it and what follows is not, sqlstate and message say why, and the next call gives it with the next attempt; moved, '
'when another offset is stored: then nothing of the call is applied, the other partitions are untouched, and the caller goes on from next_offset. A message that '
'failed max_attempts times, or does not fit its schema, becomes a dead letter and its partition goes on. Errors of the handler that another moment may cure '
'(SQLSTATE classes 08, 40, 53, 57, 58, and 55P03, 25006) are raised. The handler is called as the current user. Errors: KC002 no such subscription, KC006 it was reset or '
'made anew since, KC015 it is paused or its handler cannot be called, 25001 under REPEATABLE READ and SERIALIZABLE, 22023 for messages that cannot be, KC014 more than 64 partitions.';
REVOKE ALL ON FUNCTION command_center.apply_messages(text, uuid, command_center.consumer_position[], command_center.kafka_message[]) FROM PUBLIC;
