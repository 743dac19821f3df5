# shellcheck shell=bash disable=SC2034,SC2154
# What became of a command, among BENCH_DISPATCHES others of thirty days and with a relay that publishes meanwhile, against executing one.
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=32
title="\`GET /v1/dispatches/…\`, $connections connections, $(printf "%'d" "$dispatches") dispatches, a relay beside it"
baseline="\`POST …/execute\` of the same API"
target=0.50

prepare() {
  prepare_http
  psql -Xq -v ON_ERROR_STOP=1 -v dispatches="$dispatches" -f "$here/sql/dispatches.sql" >/dev/null
  pgbench -n -M prepared -U bench_service -c 4 -j 2 -t 5000 -D tenant="$tenant" -D payload="$payload" -f "$here/sql/execute-command.pgbench" \
    >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
  export BENCH_IDS=$scratch/ids
  ask "SELECT command_id FROM command_center.command_dispatches WHERE tenant_id = '$tenant'" >"$BENCH_IDS"
  ask "SELECT command_center.grant_access('bench_service', 'reader')" >/dev/null
  ask "VACUUM ANALYZE"
  start_relay "$scratch/relay.log"
  wait_until 60 relay_is_ready
}

measure_ours() {
  start_ours
  run_wrk "$http_port" "$connections" get-dispatch
  stop_api
}
measure_baseline() {
  start_ours
  run_wrk "$http_port" "$connections"
  stop_api
}
