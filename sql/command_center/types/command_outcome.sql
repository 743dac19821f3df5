CREATE TYPE command_center.command_outcome AS (
    ordinal integer,
    status text,
    command_id uuid,
    command_name text,
    target_service text,
    correlation_id text,
    mode text,
    replayed boolean,
    result jsonb,
    sqlstate text,
    message text,
    detail text,
    hint text
);
COMMENT ON TYPE command_center.command_outcome IS
'What became of one command of execute_commands. ordinal: its place, from 1. status: accepted, with the columns of acceptance; or refused, '
'with sqlstate, message, detail and hint as execute_command would have raised them, and target_service where it was decided.';
