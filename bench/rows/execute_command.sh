# shellcheck shell=bash disable=SC2034,SC2154
# execute_command with every check on, against what a team would write by hand: one statement that inserts two rows of the same bytes.
title="\`execute_command\`, $clients clients, a durable commit for each command"
unit=commands
baseline="bare two-row INSERT of the same bytes"
target=0.80

readonly tenant=7e3022de-5327-44a3-97b4-0686c6c2fc22

prepare() {
  payload=$(ask "SELECT jsonb_strip_nulls('$(cat "$here/sql/payload.json")')")
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/set-up.sql" >/dev/null
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/bare-tables.sql"
  # What one command writes into the outbox is what the bare INSERT writes.
  ask "SELECT command_center.execute_command('reservation.create', '$payload', '$tenant')" >/dev/null
  headers=$(ask "SELECT headers FROM command_center.transactional_outbox")
  value=$(ask "SELECT value FROM command_center.transactional_outbox")
}

run_pgbench() {
  pgbench -n -M prepared -c "$clients" -j "$(nproc)" -T "$seconds" -D tenant="$tenant" -D payload="$payload" "$@" >"$scratch/pgbench.log" 2>&1 ||
    { cat "$scratch/pgbench.log" >&2; return 1; }
  rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$scratch/pgbench.log")
}

measure_ours() { run_pgbench -f "$here/sql/execute-command.pgbench"; }
measure_baseline() { run_pgbench -D headers="$headers" -D value="$value" -f "$here/sql/bare-insert.pgbench"; }
