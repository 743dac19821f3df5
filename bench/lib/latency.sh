# shellcheck shell=bash disable=SC2154,SC2034
# What the rows about latency have in common: commands at a steady rate through a relay, and a consumer beside it.
# shellcheck source=commands.sh
. "$here/lib/commands.sh"
# pgbench, the servers and the consumer share the machine; a fifth of the time warms up and is not counted.
readonly rate_asked=1000

prepare() {
  prepare_commands
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" --create --if-not-exists --topic commands.primary \
    --partitions 6 >"$scratch/topics.log" 2>&1
  # shellcheck disable=SC2046
  c++ -std=c++17 -O2 -o "$scratch/read_latency" "$here/modules/read_latency.cpp" $(pkg-config --cflags --libs rdkafka)
}

at_rate() {
  pgbench -n -M prepared -U bench_service -c 8 -j 1 -R "$rate_asked" -T "$1" -D tenant="$tenant" -D payload="$payload" \
    -f "$here/sql/execute-command.pgbench" >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
}

# Processor time of processes, in hundredths of a second.
cpu_of() {
  local pid ticks=0 fields
  for pid in "$@"; do
    read -r -a fields < <(sed 's/.*) //' "/proc/$pid/stat")
    ticks=$((ticks + fields[11] + fields[12]))
  done
  echo "$ticks"
}
relay_sessions() { ask "SELECT pid FROM pg_stat_activity WHERE application_name = 'command-center-relay' AND datname = current_database()"; }

is_reading() { grep -qs reading "$scratch/latencies"; }

# measure_latency DELIVERY: sets p50, p99, relay_cpu and session_cpu.
measure_latency() {
  local duration=$((seconds * rounds)) sessions before after
  start_relay "$scratch/relay.$1.log" --delivery "$1"
  wait_until 60 relay_is_ready
  at_rate $((duration / 5 + 1))
  coproc consumer { "$scratch/read_latency" "$KAFKA_BROKERS" commands.primary >"$scratch/latencies"; }
  wait_until 30 is_reading
  mapfile -t sessions < <(relay_sessions)
  before=("$(cpu_of "$relay_pid")" "$(cpu_of "${sessions[@]}")")
  at_rate "$duration"
  after=("$(cpu_of "$relay_pid")" "$(cpu_of "${sessions[@]}")")
  local consumer_process=$consumer_PID
  eval "exec ${consumer[1]}>&-"
  wait "$consumer_process"
  stop_relay
  sed 1d "$scratch/latencies" | sort -n >"$scratch/latencies.sorted"
  read_messages=$(wc -l <"$scratch/latencies.sorted")
  p50=$(percentile 50 <"$scratch/latencies.sorted") p99=$(percentile 99 <"$scratch/latencies.sorted")
  relay_cpu=$(((after[0] - before[0]) / duration)) session_cpu=$(((after[1] - before[1]) / duration))
}

print_row() {
  measure_latency "$delivery"
  printf '| %s | %d messages in %d s | %s | **p50 %s ms, p99 %s ms**; relay %d %%, its sessions %d %% of a core | %s |\n' "$title" "$read_messages" \
    "$((seconds * rounds))" "$baseline" "$p50" "$p99" "$relay_cpu" "$session_cpu" "$target"
}
