# shellcheck shell=bash disable=SC2154
# Starts and stops the API that was built, for scripts that call it from outside.

api=$build/cmake/api/command-center-api
api_pid=

# start_api LOG [OPTION…]: writes LOG anew; the database is that of the PG* variables.
start_api() {
  api_log=$1
  shift
  : >"$api_log"
  COMMAND_CENTER_HTTP_PORT=0 COMMAND_CENTER_GRPC_PORT=0 COMMAND_CENTER_ADMIN_PORT=0 "$api" "$@" >>"$api_log" 2>&1 </dev/null &
  api_pid=$!
}

# api_port http_port|grpc_port|admin_port: which one it took.
api_port() { sed -n 's/.*"'"$1"'":\([0-9]\+\).*/\1/p;T;q' "$api_log"; }

api_is_ready() {
  local port
  port=$(api_port admin_port)
  [ -n "$port" ] || return 1
  exec 9<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&9
  timeout 1 grep -q '^HTTP/1.[01] 200' <&9
}

# As an operator does; succeeds when it drained and said so with status 0.
stop_api() {
  local pid=$api_pid
  api_pid=
  kill -TERM "$pid"
  wait "$pid"
}

end_api() {
  [ -z "$api_pid" ] || kill -9 "$api_pid"
  api_pid=
}
