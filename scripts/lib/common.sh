# shellcheck shell=bash
# Sets what every script starts from: the repository root, how to fail, how to wait, and who runs the servers.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # read by the scripts that source this file
readonly root build="$root/build"

# A make that a script starts is a new one: the jobserver of the calling make is not handed down through a script.
unset MAKEFLAGS MFLAGS MAKELEVEL

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# as_root COMMAND…: runs it as root, through sudo where we are not.
as_root() {
  if [ "$EUID" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "needs root for: $*"
  fi
}

# wait_until SECONDS COMMAND…: runs COMMAND until it succeeds; fails once SECONDS have passed.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

# A zombie, which only its parent can clear away, counts as gone; not so while other threads of it are still there, and with them its files.
is_running() {
  local state
  state=$(ps -o stat= -p "$1" 2>/dev/null) && { [ "${state#Z}" = "$state" ] || [[ ${state#Z} == *l* ]]; }
}
is_gone() { ! is_running "$1"; }

# Prints a loopback port nobody listens on. Below the range of ephemeral ports: while a server is down for a restart, no client's
# outgoing connection may be given its port. Nor is it given to anybody else of the run that COMMAND_CENTER_TEST_PORTS, a directory,
# belongs to: between this answer and the first listen(), or during a restart, nobody listens on it.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 12000 + 20000))
    ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
    [ -n "${COMMAND_CENTER_TEST_PORTS:-}" ] || break
    # Only one of those who ask at once makes the file.
    ! (set -o noclobber && : >"$COMMAND_CENTER_TEST_PORTS/$port") 2>/dev/null || break
  done
  echo "$port"
}
