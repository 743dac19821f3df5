CREATE FUNCTION availability_guard.handle_message(message command_center.kafka_message) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_handle_message';
COMMENT ON FUNCTION availability_guard.handle_message(command_center.kafka_message) IS
'The handler of the subscription availability-guard.commands, which load_catalog(''consuming'') begins: does what handle_command does with commands that another database has sent, for any tenant. A CONFLICT is the error KC007, so that the '
'message becomes a dead letter with its witness. What is only observed, a tombstone and NULL are passed over. Errors: 22023 for what is no command, KC001 for a payload that fails the schema, KC002 for a command without an active version here, and those of handle_command.';
REVOKE ALL ON FUNCTION availability_guard.handle_message(command_center.kafka_message) FROM PUBLIC;
