# shellcheck shell=bash disable=SC2154,SC2034
# What the rows about the API have in common: the API and the server that a team would write by hand, side by side, and clients of theirs.
# shellcheck source=commands.sh
. "$here/lib/commands.sh"
# shellcheck source=../../scripts/lib/api.sh
. "$root/scripts/lib/api.sh"

readonly token=bench-only-on-loopback
peer_pid=
unit=requests

# Both check a token, a tenant and a payload, and commit durably before they answer. What is installed is kept for the next run.
prepare_http() {
  prepare_commands
  prepare_bare_tables
  peer_folder=$build/bench/fastify
  mkdir -p "$peer_folder"
  cp "$here"/peers/fastify/* "$peer_folder"
  (cd "$peer_folder" && npm install --ignore-scripts --no-audit --no-fund) >"$scratch/npm.log" 2>&1 || { cat "$scratch/npm.log" >&2; return 1; }
  ask "SELECT payload_schema FROM command_center.command_templates WHERE command_name = 'reservation.create'" >"$scratch/schema.json"
  printf '[{"sha256": "%s", "subject": "bench", "userId": "bench", "roles": ["ADMIN"], "tenant": "%s", "scopes": ["commands:execute", "commands:read"]}]\n' \
    "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)" "$tenant" >"$scratch/tokens.json"
  export BENCH_PAYLOAD=$payload BENCH_TOKEN=$token BENCH_TENANT=$tenant
}

# No subject is limited: the limit is not what is measured.
start_ours() {
  PGUSER=bench_service start_api "$scratch/api.log" --auth token --tokens-file "$scratch/tokens.json" --requests-per-minute 0
  wait_until 60 api_is_ready || { tail -n 5 "$scratch/api.log" >&2; return 1; }
  http_port=$(api_port http_port)
}

# start_peer CONNECTIONS: with as many connections to the database as clients, which is its best.
start_peer() {
  peer_port=$(free_port)
  PGUSER=bench_service PEER_PORT=$peer_port PEER_CONNECTIONS=$1 PEER_SCHEMA=$scratch/schema.json PEER_TOKEN=$token \
    node "$peer_folder/server.js" >"$scratch/peer.log" 2>&1 &
  peer_pid=$!
  wait_until 60 grep -qs listening "$scratch/peer.log" || { cat "$scratch/peer.log" >&2; return 1; }
}

stop_peer() {
  kill -TERM "$peer_pid"
  wait "$peer_pid" || true
  peer_pid=
}

end_row() {
  end_relay
  end_api
  [ -z "$peer_pid" ] || kill "$peer_pid"
}

# run_wrk PORT CONNECTIONS [SCRIPT]: posts commands, or what the script of bench/http says; sets rate, in answers per second; fails when any is not the expected one.
run_wrk() {
  local status=0
  wrk -t "$(nproc)" -c "$2" -d "${seconds}s" --timeout 10s -s "$here/http/${3:-execute}.lua" "http://127.0.0.1:$1" >"$scratch/wrk.log" 2>&1 || status=$?
  if [ "$status" -ne 0 ] || grep -qE 'Non-2xx|Socket errors' "$scratch/wrk.log"; then
    cat "$scratch/wrk.log" >&2
    return 1
  fi
  rate=$(sed -n 's/^Requests\/sec: *\([0-9.]*\).*/\1/p' "$scratch/wrk.log")
}

# Of the row's clients; each side has the machine to itself.
measure_ours() {
  start_ours
  run_wrk "$http_port" "$connections"
  stop_api
}
measure_peer() {
  start_peer "$connections"
  run_wrk "$peer_port" "$connections"
  stop_peer
}
