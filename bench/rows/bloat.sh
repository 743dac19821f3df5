# shellcheck shell=bash disable=SC2034,SC2154
# Dead rows after BENCH_BLOAT_COMMANDS commands, each published and acknowledged, while one session holds a snapshot from before the
# first: the most of any table, the catalogue of the server included, after a tenth of the commands and after all of them.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
readonly per_call=100
title="dead rows of the worst table after $bloat_commands commands, published and acknowledged, under a held snapshot"

prepare() {
  prepare_commands
  ask "VACUUM ANALYZE"
  ask "SELECT pg_stat_reset()" >/dev/null
}

# Another session, until its input ends.
hold_snapshot() {
  coproc holder { psql -X -q -At; }
  echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM command_center.services;" >&"${holder[1]}"
  read -r _ <&"${holder[0]}"
}

execute() {
  pgbench -n -M prepared -U bench_service -c 4 -j 2 -t $(($1 / per_call / 4)) -D tenant="$tenant" -D payload="$payload" -D size="$per_call" \
    -f "$here/sql/bloat.pgbench" >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
}

published() { awk -F '"messages":' '/published a batch/ {n += $2} END {print n + 0}' "$scratch/relay.bloat.log"; }
has_published() { [ "$(published)" -ge "$1" ]; }

# The statistics of a session arrive up to a second after its transaction.
worst_table() {
  ask "SELECT n_dead_tup || CASE WHEN n_dead_tup > 0 THEN ' in ' || relname ELSE '' END FROM pg_stat_all_tables ORDER BY n_dead_tup DESC, relname LIMIT 1"
}
is_settled() {
  local before=$settled
  sleep 2
  settled=$(worst_table)
  [ "$settled" = "$before" ]
}

# stage COMMANDS TOTAL: executes so many more, waits until TOTAL are published, and prints the worst table.
stage() {
  settled=
  execute "$1"
  wait_until 3600 has_published "$2" || { tail -n 5 "$scratch/relay.bloat.log" >&2; return 1; }
  wait_until 60 is_settled
  printf 'bloat: dead rows after %d commands: at most %s\n' "$2" "$settled" >&2
}

print_row() {
  local begun=$SECONDS tenth=$((bloat_commands / 10)) first
  hold_snapshot
  start_relay "$scratch/relay.bloat.log" --log-level debug
  stage "$tenth" "$tenth"
  first=$settled
  stage $((bloat_commands - tenth)) "$bloat_commands"
  stop_relay
  echo "COMMIT;" >&"${holder[1]}"
  printf '| %s | %d commands/s | after a tenth: %s | **%s** | ≤ 10000 |\n' "$title" "$((bloat_commands / (SECONDS - begun)))" "$first" "$settled"
}
