# shellcheck shell=bash disable=SC2034,SC2154
# Memory and descriptors of a relay that publishes 2,000 commands/s and consumes them again, and of its sessions: after a fifth of
# BENCH_SOAK_MINUTES, when everything that is kept is there, and at the end.
# shellcheck source=../lib/latency.sh
. "$here/lib/latency.sh"
readonly soak_rate=2000
title="what the relay and its sessions hold after $soak_minutes minutes of $soak_rate commands/s, published exactly once and consumed"

prepare() {
  prepare_commands
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/consume.sql"
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" --create --if-not-exists --topic commands.primary \
    --partitions 6 >"$scratch/topics.log" 2>&1
  ask "SELECT command_center.set_subscription('bench', '{commands.primary}', 'bench.ignore(command_center.kafka_message)', batch_messages => 500)" >/dev/null
}

# Kilobytes that belong to processes alone, and what they have open. Shared buffers are not theirs.
memory_of() {
  local pid
  for pid in "$@"; do cat "/proc/$pid/smaps_rollup"; done | awk '/^Private_/ {kb += $2} END {print kb + 0}'
}
descriptors_of() {
  local pid open=0 entries
  for pid in "$@"; do
    entries=("/proc/$pid/fd"/*)
    open=$((open + ${#entries[@]}))
  done
  echo "$open"
}

# sample: appends a line: seconds, KB and descriptors of the relay, KB of its sessions and how many there are.
sample() {
  local sessions
  mapfile -t sessions < <(relay_sessions)
  echo "$((SECONDS - begun)) $(memory_of "$relay_pid") $(descriptors_of "$relay_pid") $(memory_of "${sessions[@]}") ${#sessions[@]}" |
    tee -a "$scratch/soak.samples" >&2
}
# The median of column 2…4 over the samples from second $2 to second $3.
held() { awk -v c="$1" -v from="$2" -v to="$3" '$1 >= from && $1 < to {print $c}' "$scratch/soak.samples" | median; }

# The consumer has applied every command that was executed, and so each was published.
has_applied_all() {
  [ "$(ask "SELECT (SELECT coalesce(sum(next_offset), 0) FROM command_center.list_consumer_offsets('bench')) >= (SELECT count(*) FROM command_center.command_dispatches)")" = t ]
}

print_row() {
  local duration=$((soak_minutes * 60)) step begun load fifth now
  step=$((duration / 100 + 1)) fifth=$((duration / 5))
  relay_command=all
  start_relay "$scratch/relay.soak.log"
  wait_until 60 relay_is_ready
  begun=$SECONDS
  pgbench -n -M prepared -U bench_service -c 8 -j 1 -R "$soak_rate" -T "$duration" -D tenant="$tenant" -D payload="$payload" \
    -f "$here/sql/execute-command.pgbench" >"$scratch/pgbench.log" 2>&1 &
  load=$!
  while [ $((SECONDS - begun)) -lt $((duration - step)) ]; do
    sleep "$step"
    sample
  done
  wait "$load" || { cat "$scratch/pgbench.log" >&2; return 1; }
  wait_until 600 has_applied_all || { tail -n 5 "$scratch/relay.soak.log" >&2; return 1; }
  now=$((SECONDS - begun))
  stop_relay
  printf '| %s | %.0f commands/s, %d s | after a fifth: %d and %d MB, %d descriptors | **%d and %d MB, %d descriptors** | flat |\n' "$title" \
    "$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$scratch/pgbench.log")" "$now" \
    "$(($(held 2 $((fifth / 2)) "$fifth") / 1024))" "$(($(held 4 $((fifth / 2)) "$fifth") / 1024))" "$(held 3 $((fifth / 2)) "$fifth")" \
    "$(($(held 2 $((duration * 9 / 10)) "$duration") / 1024))" "$(($(held 4 $((duration * 9 / 10)) "$duration") / 1024))" \
    "$(held 3 $((duration * 9 / 10)) "$duration")"
}
