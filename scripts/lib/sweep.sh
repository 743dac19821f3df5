# shellcheck shell=bash disable=SC2154
# Stops servers whose script could not: ctest ends a test that takes too long with SIGKILL, and its servers would live on.

# place_for_servers TESTS: prints where the files of so many tests at once go. setup() makes some two thousand, and most tests call it: in memory
# that takes a fraction of the time. Only where there is plenty of it, and where a program may run.
place_for_servers() {
  local memory=/dev/shm
  if [ -z "${TMPDIR:-}${COMMAND_CENTER_TEST_KEEP:-}" ] && [ -w "$memory" ] && [ "$(gigabytes_free "$memory")" -ge $((2 * $1)) ] &&
    [ "$(gigabytes_available)" -ge $((3 * $1)) ] && may_run_programs "$memory"; then
    echo "$memory"
  else
    echo "${TMPDIR:-/tmp}"
  fi
}
may_run_programs() {
  local program status=0
  program=$(mktemp "$1/command-center.XXXXXX")
  cp "$(type -P true)" "$program"
  chmod 700 "$program"
  "$program" 2>/dev/null || status=1
  rm "$program"
  return "$status"
}
gigabytes_free() { df -k --output=avail "$1" | awk 'NR == 2 {print int($1 / 1048576)}'; }
gigabytes_available() { awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo; }

# sweep_servers_on_exit FOLDER: from here on every private server lives below one directory of ours in FOLDER, which goes with its servers when
# the script exits.
sweep_servers_on_exit() {
  TMPDIR=$(mktemp -d "$1/command-center.XXXXXX")
  COMMAND_CENTER_TEST_PORTS=$TMPDIR/ports
  export TMPDIR COMMAND_CENTER_TEST_PORTS
  chmod 755 "$TMPDIR"
  mkdir "$COMMAND_CENTER_TEST_PORTS"
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
