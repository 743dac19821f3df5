# shellcheck shell=bash disable=SC2154,SC2034
# What the rows about execute_command have in common: a database with the hotel catalogue, a role that only dispatches, and pgbench.

unit=commands
readonly tenant=7e3022de-5327-44a3-97b4-0686c6c2fc22

# Commands are executed as a service does it: by a role with the level dispatcher, so that every right is checked.
prepare_commands() {
  payload=$(ask "SELECT jsonb_strip_nulls('$(cat "$here/sql/payload.json")')")
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/set-up.sql" >/dev/null
}

# The bare statements insert the message of one command, headers and all, besides its payload.
prepare_bare_tables() {
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/bare-tables.sql"
  ask "SELECT command_center.execute_command('reservation.create', '$payload', '$tenant')" >/dev/null
  headers=$(ask "SELECT headers FROM command_center.transactional_outbox")
  value=$(ask "SELECT value FROM command_center.transactional_outbox")
}

# run_pgbench OPTION…: sets rate, in transactions per second.
run_pgbench() {
  pgbench -n -M prepared -U bench_service -c "$clients" -j "$(nproc)" -T "$seconds" -D tenant="$tenant" -D payload="$payload" "$@" \
    >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
  rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$scratch/pgbench.log")
}

# run_bare FILE OPTION…: what the bare statement of FILE does.
run_bare() { run_pgbench -D headers="$headers" -D value="$value" -f "$here/sql/$1" "${@:2}"; }

# times NUMBER: multiplies rate, where a transaction holds more than one command.
times() { rate=$(awk -v rate="$rate" -v n="$1" 'BEGIN {print rate * n}'); }
