CREATE FUNCTION command_center.set_subscription(
    subscription text,
    topics text[] DEFAULT NULL,
    handler text DEFAULT NULL,
    start_at text DEFAULT NULL,
    filter jsonb DEFAULT NULL,
    status text DEFAULT NULL,
    max_attempts integer DEFAULT NULL,
    dead_letter_topic text DEFAULT NULL,
    schema_check text DEFAULT NULL,
    consumer_group text DEFAULT NULL,
    group_suffix text DEFAULT NULL,
    batch_messages integer DEFAULT NULL,
    batch_wait interval DEFAULT NULL,
    expected_version integer DEFAULT NULL)
RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_subscription';
COMMENT ON FUNCTION command_center.set_subscription IS
'Subscribes to topics of Kafka, or changes a subscription, and answers its version: the relay gives every message to the handler and stores the offset '
'in the same transaction. NULL keeps what stands; a new one needs topics and handler, but for command_center.acknowledgements, which is at first what '
'services report about commands: topic commands.acknowledgements, handler acknowledge_message. handler: a function '
'schema.name(command_center.kafka_message), or of an array of them, whose answer is ignored; it is called as the role of the relay, which needs EXECUTE on '
'it, and like the handlers of set_service it belongs to a superuser, to the owner of the tables (unless the relay is a superuser) or to a role that has the '
'rights of the relay, or is SECURITY DEFINER with a SET search_path. start_at: earliest (at first), latest or a time; for topics that are not begun. '
'filter: {"header": "value"} or {"header": ["one", "other"]}: messages that lack one are passed over; {} takes all. status: active or paused. max_attempts: 1 to 100, at first '
'5. dead_letter_topic: at first the first topic with .dlq; declared if it is not. schema_check: known (at first), required or off. consumer_group: empty for one that is made '
'of the name and this database. batch_messages: 1 to 10000, at first 500. batch_wait: up to 10 s, at first 100 ms. expected_version: refuse (KC006) unless it '
'has this version; 0: there is none yet. Errors: 22023 for a name, KC007 for a dead-letter topic that cannot be, KC013 for anything else that cannot be.';
REVOKE ALL ON FUNCTION command_center.set_subscription FROM PUBLIC;
