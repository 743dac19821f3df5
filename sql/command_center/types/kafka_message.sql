CREATE TYPE command_center.kafka_message AS (
    topic text,
    partition integer,
    "offset" bigint,
    "timestamp" timestamptz,
    key text,
    value text,
    headers jsonb,
    key_bytes bytea,
    value_bytes bytea,
    header_list jsonb
);
COMMENT ON TYPE command_center.kafka_message IS
'What the handler of a subscription is given: a message as it is in Kafka. key and value are NULL where there is none, or where it is not text '
'(UTF-8 without a zero byte); key_bytes and value_bytes always have it, so a tombstone is one whose value_bytes is NULL. headers: an object with the '
'last value of each name, null where that is none or not text. header_list: every header in its order, as {"name", "value"} or {"name", "valueBase64"}. '
'Who makes one for apply_messages may give key and value, or their bytes, and headers or header_list: the others are made of them.';
