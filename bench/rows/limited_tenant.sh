# shellcheck shell=bash disable=SC2034,SC2154
# One tenant with a limit that it never reaches, against the same tenant without one: the limiter's cost, and whether clients wait for
# each other in it.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
title="\`execute_command\`, $clients clients of one tenant that is limited by rate"
baseline="the same without a limit"
target=0.95

prepare() { prepare_commands; }

set_limit() {
  ask "SELECT command_center.set_feature('enabled', 'reservation.create', tenant_id => '$tenant', limits => $1)" >/dev/null
}

# Sets waits to how often a session was seen waiting for a heavyweight lock other than to extend a table. One session looks all the time,
# on both sides: starting one for each look took a tenth of two cores.
measure_watched() {
  local watcher
  psql -XAtq >"$scratch/lock-waits" <<<"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND wait_event <> 'extend' \watch 0.1" &
  watcher=$!
  run_pgbench -f "$here/sql/execute-command.pgbench"
  kill "$watcher"
  wait "$watcher" 2>/dev/null || true
  grep -q '^[0-9]' "$scratch/lock-waits" || fail "nobody looked for waiting clients"
  waits=$(awk '{n += $1} END {print n + 0}' "$scratch/lock-waits")
}

measure_ours() {
  set_limit "'{\"per\": \"tenant\", \"maxPerMinute\": 1000000, \"burst\": 1000000}'"
  measure_watched
  [ "$waits" -eq 0 ] || fail "$waits clients of the limited tenant were seen waiting for a lock"
}

measure_baseline() {
  set_limit "'null'"
  measure_watched
}
