CREATE FUNCTION command_center.acknowledge_message(message command_center.kafka_message) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_acknowledge_message';
COMMENT ON FUNCTION command_center.acknowledge_message(command_center.kafka_message) IS
'The handler of the subscription command_center.acknowledgements, which set_subscription(''command_center.acknowledgements'') begins: records what a service reports by Kafka as acknowledge_command does, for any tenant. The value is '
'{"commandId", "tenantId", "status": "consumed|completed|failed|ignored", "service", "at", "detail"}; at becomes a member of detail. A command that this database does not know is '
'none of its business, and a tombstone or NULL nothing. Errors: 22023 for anything else, and those of acknowledge_command.';
REVOKE ALL ON FUNCTION command_center.acknowledge_message(command_center.kafka_message) FROM PUBLIC;
