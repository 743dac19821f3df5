CREATE FUNCTION command_center.execute_commands(
    commands command_center.command_request[],
    all_or_nothing boolean DEFAULT false)
RETURNS SETOF command_center.command_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'command_center_execute_commands';
COMMENT ON FUNCTION command_center.execute_commands(command_center.command_request[], boolean) IS
'Executes up to 10,000 commands in order in the transaction of the caller, each decided as execute_command would, and answers a row for '
'each: accepted or refused. A refused command, or one whose in-database handler fails, leaves nothing behind and the others go on. An '
'idempotency key whose first use has not ended is refused (KC004), never waited for. all_or_nothing: the first refusal is raised as an '
'error instead, and nothing is written. Ordered commands of up to 256 keys lock their keys until the end of the transaction, more the tenant; '
'a batch with handlers in the database, or a large one, locks piece by piece. Errors of the whole call: KC014 too many commands, 22004 '
'commands or all_or_nothing is NULL, 40001 as of execute_command.';
REVOKE ALL ON FUNCTION command_center.execute_commands(command_center.command_request[], boolean) FROM PUBLIC;

CREATE FUNCTION command_center.execute_commands(
    commands jsonb,
    all_or_nothing boolean DEFAULT false)
RETURNS SETOF command_center.command_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'command_center_execute_commands_jsonb';
COMMENT ON FUNCTION command_center.execute_commands(jsonb, boolean) IS
'The same for a JSON array: [{"commandName", "payload", "tenantId", "initiator", "correlationId", "idempotencyKey", "propertyId", "environment", '
'"traceparent"}, ...], each as the argument of execute_command; the first three are required, null counts as not given, but for the payload. '
'A command with a member that is unknown, missing or of another type is refused like any other (KC013, DETAIL: JSON array of {"location", '
'"error"}; a hint names the member that was meant), and the others go on. Errors of the whole call besides: KC013 not a JSON array, KC014 more '
'than 10,000 commands or 128 MB.';
REVOKE ALL ON FUNCTION command_center.execute_commands(jsonb, boolean) FROM PUBLIC;

-- Without this one, a literal or parameter without a type would not say which of the two above it is for.
CREATE FUNCTION command_center.execute_commands(
    commands text,
    all_or_nothing boolean DEFAULT false)
RETURNS SETOF command_center.command_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'command_center_execute_commands_text';
COMMENT ON FUNCTION command_center.execute_commands(text, boolean) IS
'The same for text, which is what a literal or a parameter without a type becomes: JSON as above, or what begins with a brace, the text form of an '
'array of command_request. Errors of the whole call besides: 22P02 neither of them.';
REVOKE ALL ON FUNCTION command_center.execute_commands(text, boolean) FROM PUBLIC;
