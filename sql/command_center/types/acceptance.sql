CREATE TYPE command_center.acceptance AS (
    status text,
    command_id uuid,
    command_name text,
    target_service text,
    correlation_id text,
    mode text,
    replayed boolean,
    result jsonb
);
COMMENT ON TYPE command_center.acceptance IS
'What execute_command answers. status: accepted. mode: execute, or observe where a feature says so. replayed: this is the stored '
'answer of an earlier call with the same idempotency key. result: what an in-database handler answered.';
