# shellcheck shell=bash disable=SC2034,SC2154
# execute_command against its twin in PL/pgSQL: the same checks, the same two rows, the schema checked by a validator in PL/pgSQL.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
title="\`execute_command\`, $clients clients, a durable commit for each command"
baseline="a PL/pgSQL twin with the same checks and a validator in PL/pgSQL"
target=3

# Both must accept the payload and refuse it without its first key.
agree() {
  local broken
  broken=$(ask "SELECT '$payload'::jsonb - 'pricing'")
  [ "$(PGUSER=bench_service ask "SELECT status FROM twin.execute_command('reservation.create', '$payload', '$tenant')")" = accepted ] ||
    fail "the twin refuses the command"
  ! PGUSER=bench_service ask "SELECT twin.execute_command('reservation.create', '$broken', '$tenant')" 2>/dev/null || fail "the twin accepts a broken command"
  [ "$(ask "SELECT json_object_agg(key, 1)::text FROM (SELECT DISTINCT key FROM twin.outbox, json_each(headers) ORDER BY key) AS k")" = \
    "$(ask "SELECT json_object_agg(key, 1)::text FROM (SELECT DISTINCT key FROM command_center.transactional_outbox, json_each(headers) ORDER BY key) AS k")" ] ||
    fail "the twin's messages have other headers"
}

prepare() {
  prepare_commands
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/json-schema.sql"
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/plpgsql-twin.sql" >/dev/null
  ask "SELECT command_center.execute_command('reservation.create', '$payload', '$tenant')" >/dev/null
  agree
}

measure_ours() { run_pgbench -f "$here/sql/execute-command.pgbench"; }
measure_baseline() { run_pgbench -f "$here/sql/plpgsql-twin.pgbench"; }
