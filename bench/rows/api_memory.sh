# shellcheck shell=bash disable=SC2034,SC2154
# The memory of the API's process with a thousand connections that have all executed commands.
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=1000
title="the most memory that the API has had resident, $connections connections executing commands"

prepare() { prepare_http; }

print_row() {
  start_ours
  run_wrk "$http_port" "$connections"
  printf '| %s | %.0f requests/s | | **%d MB** | ≤ 100 MB |\n' "$title" "$rate" "$(awk '/^VmHWM/ {printf "%d", $2 / 1024}' "/proc/$api_pid/status")"
  stop_api
}
