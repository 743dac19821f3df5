# shellcheck shell=bash disable=SC2034,SC2154
# How long answers take at half of the rate that the API can do. Each of many connections asks by a clock of its own, whatever the others
# wait for, so that a pause is felt by all that would have asked meanwhile.
# shellcheck source=../lib/http.sh
. "$here/lib/http.sh"
readonly connections=256
title="answers of \`POST …/execute\` at half of the highest rate, $connections connections, each by its own clock"

prepare() { prepare_http; }

print_row() {
  local duration=$((seconds * rounds)) highest_rate asked
  start_ours
  run_wrk "$http_port" 128
  highest_rate=$rate
  asked=$(awk -v rate="$highest_rate" -v n="$connections" 'BEGIN {printf "%d", rate / 2 / n}')
  printf %s "$payload" >"$scratch/payload.json"
  rm -f "$scratch/h2load.log"
  h2load --h1 -t 1 -c "$connections" -D "$duration" --warm-up-time 2 --rps "$asked" -d "$scratch/payload.json" --log-file "$scratch/h2load.log" \
    -H 'Content-Type: application/json' -H "Authorization: Bearer $token" -H "x-tenant-id: $tenant" \
    "http://127.0.0.1:$http_port/v1/commands/reservation.create/execute" >"$scratch/h2load.out" 2>&1 || { cat "$scratch/h2load.out" >&2; return 1; }
  stop_api
  awk '$2 != 202 {bad++} END {exit bad > 0}' "$scratch/h2load.log" || fail "an answer was not 202"
  awk '{print $3}' "$scratch/h2load.log" | sort -n >"$scratch/answers"
  printf '| %s | %.0f of %.0f requests/s | | **p50 %s ms, p99 %s ms**, longest %s ms | p99 ≤ 10 ms, never above 50 ms |\n' "$title" \
    "$(awk -v n="$(wc -l <"$scratch/answers")" -v t="$duration" 'BEGIN {print n / t}')" "$highest_rate" \
    "$(percentile 50 <"$scratch/answers")" "$(percentile 99 <"$scratch/answers")" "$(percentile 100 <"$scratch/answers")"
}
