CREATE FUNCTION command_center.execute_commands(
    commands command_center.command_request[],
    all_or_nothing boolean DEFAULT false)
RETURNS SETOF command_center.command_outcome
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'command_center_execute_commands';
COMMENT ON FUNCTION command_center.execute_commands IS
'Executes up to 10,000 commands in order in the transaction of the caller, each decided as execute_command would, and answers a row for '
'each: accepted or refused. A refused command, or one whose in-database handler fails, leaves nothing behind and the others go on. An '
'idempotency key whose first use has not ended is refused (KC004), never waited for. all_or_nothing: the first refusal is raised as an '
'error instead, and nothing is written. Ordered commands of up to 256 keys lock their keys until the end of the transaction, more the tenant; '
'a batch with handlers in the database, or a large one, locks piece by piece. Errors of the whole call: KC014 too many commands, 22004 '
'commands or all_or_nothing is NULL, 40001 as of execute_command.';
REVOKE ALL ON FUNCTION command_center.execute_commands FROM PUBLIC;
