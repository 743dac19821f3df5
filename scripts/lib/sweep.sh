# shellcheck shell=bash disable=SC2154
# Stops servers whose script could not: ctest ends a test that takes too long with SIGKILL, and its servers would live on.

# From here on every private server lives below one directory of ours, which goes with its servers when the script exits.
sweep_servers_on_exit() {
  TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/command-center.XXXXXX")
  export TMPDIR
  chmod 755 "$TMPDIR"
  trap sweep_servers EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# shellcheck disable=SC2317  # called by the trap
sweep_servers() {
  local status=$? server
  for server in "$TMPDIR"/*/{pgbouncer,postgres,kafka} "$TMPDIR"/*/*/postgres; do
    [ -d "$server" ] || continue
    "$root/scripts/${server##*/}" stop "$server" || true
  done
  umount "$TMPDIR"/*/*/data "$TMPDIR"/*/*/*/data 2>/dev/null || true
  [ -n "${COMMAND_CENTER_TEST_KEEP:-}" ] || rm -rf "$TMPDIR"
  exit "$status"
}
