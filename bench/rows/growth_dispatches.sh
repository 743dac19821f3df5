# shellcheck shell=bash disable=SC2034,SC2154
# Executing commands on top of many dispatches, against none: BENCH_DISPATCHES of them, spread over today and the 29 days after it.
# shellcheck source=../lib/growth.sh
. "$here/lib/growth.sh"
title="\`execute_command\`, $clients clients, after $(printf "%'d" "$dispatches") dispatches"
baseline="the same after none"
target=0.85

prepare() {
  prepare_two "$small"
  PGDATABASE=$large
  psql -Xq -v ON_ERROR_STOP=1 -v dispatches="$dispatches" -f "$here/sql/dispatches.sql" >/dev/null
  ask "VACUUM ANALYZE"
  PGDATABASE=${large%_large}
}
measure_ours() { run_in "$large" "$small"; }
measure_baseline() { run_in "$PGDATABASE" "$small"; }
