# shellcheck shell=bash disable=SC2154
# Starts, kills and stops the relay that was built, for scripts that watch it from outside.

relay=$build/cmake/relay/command-center-relay
relay_pid=

# start_relay LOG [OPTION…]: appends to LOG. relay_command is what it is to do; publish unless set.
start_relay() {
  relay_log=$1
  shift
  relay_log_size=$(stat -c %s "$relay_log" 2>/dev/null || echo 0)
  COMMAND_CENTER_ADMIN_PORT=0 "$relay" "${relay_command:-publish}" "$@" >>"$relay_log" 2>&1 </dev/null &
  relay_pid=$!
}

relay_is_ready() {
  local port
  port=$(sed -n 's/.*"admin_port":\([0-9]\+\).*/\1/p;T;q' < <(tail -c "+$((relay_log_size + 1))" "$relay_log"))
  [ -n "$port" ] || return 1
  exec 9<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&9
  # A probe has a deadline of its own, as every orchestrator's has.
  timeout 1 grep -q '^HTTP/1.[01] 200' <&9
}

# The shell's own line about a killed job is no news.
kill_relay() {
  kill -9 "$relay_pid"
  wait "$relay_pid" 2>/dev/null || true
  relay_pid=
}

# As an operator does; succeeds when the relay drained and said so with status 0.
stop_relay() {
  local pid=$relay_pid
  relay_pid=
  kill -TERM "$pid"
  wait "$pid"
}

end_relay() { [ -z "$relay_pid" ] || kill_relay; }
