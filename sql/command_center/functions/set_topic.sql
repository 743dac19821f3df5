CREATE FUNCTION command_center.set_topic(
    topic text,
    partitions integer DEFAULT NULL,
    cleanup text DEFAULT NULL,
    max_message_bytes integer DEFAULT NULL,
    envelope text DEFAULT NULL,
    key_required boolean DEFAULT NULL,
    owner text DEFAULT NULL,
    expected_version integer DEFAULT NULL,
    kind text DEFAULT NULL)
RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_topic';
COMMENT ON FUNCTION command_center.set_topic IS
'Declares a topic, or declares it otherwise, and answers the version of the declaration. NULL keeps what stands; at first that is 12 '
'partitions, cleanup delete, 1048588 max_message_bytes, envelope cloudevents and no owner. partitions: 1 to 10000, never fewer than '
'before. cleanup: delete, compact or compact,delete; a compacted topic requires keys and takes tombstones. max_message_bytes: 1024 to '
'1073741824. envelope: cloudevents, or raw for the payload alone. key_required: whether an event must say its partition key. owner: the '
'database role that alone may publish events to it, with the roles that have its rights; an empty text: everybody. kind: events or '
'commands; at first commands for a topic that a command or service names, else events. expected_version: refuse (KC006) unless the declaration '
'has this version; 0 means there is none yet. Errors: 22023 for a name that cannot be, KC002 for an unknown owner, KC007 for a topic that '
'collides with another (Kafka takes a.b and a_b for one) or is used for the other kind, KC013 for anything else that cannot be.';
REVOKE ALL ON FUNCTION command_center.set_topic FROM PUBLIC;
