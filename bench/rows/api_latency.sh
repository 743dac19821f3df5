# shellcheck shell=bash disable=SC2034,SC2154
# How long answers take at half of the rate that the API can do. Requests are due at moments that are spread evenly and that no answer moves, and
# each answer counts from when its request was due, so that a pause is felt by all that would have been answered meanwhile. (Clients that have a clock
# each and start together ask all at one moment, and measure the queue that they make.)
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=256
title="answers of \`POST …/execute\` at half of the highest rate, evenly spread over $connections connections"

prepare() {
  prepare_http
  c++ -std=c++17 -O2 -o "$scratch/open_loop" "$here/modules/open_loop.cpp"
}

print_row() {
  local duration=$((seconds * rounds)) highest_rate asked
  start_ours
  run_wrk "$http_port" 128
  highest_rate=$rate
  asked=$(awk -v rate="$highest_rate" 'BEGIN {printf "%d", rate / 2}')
  printf 'POST /v1/commands/reservation.create/execute HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nx-tenant-id: %s\r\nContent-Length: %d\r\n\r\n%s' \
    "$token" "$tenant" "$(printf %s "$payload" | wc -c)" "$payload" >"$scratch/request"
  "$scratch/open_loop" "$http_port" "$asked" "$duration" "$connections" <"$scratch/request" | sort -n >"$scratch/answers" || return 1
  stop_api
  printf '| %s | %d of %.0f requests/s | | **p50 %s ms, p99 %s ms**, longest %s ms | p99 ≤ 10 ms, never above 50 ms |\n' "$title" \
    "$asked" "$highest_rate" \
    "$(percentile 50 <"$scratch/answers")" "$(percentile 99 <"$scratch/answers")" "$(percentile 100 <"$scratch/answers")"
}
