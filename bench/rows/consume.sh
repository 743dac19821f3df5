# shellcheck shell=bash disable=SC2034,SC2154
# The relay consumes a topic into a handler that does nothing, against a client that has as many messages in memory, inserts one after the other,
# and commits as often.
readonly waiting=$((messages / 5)) batch=500
title="exactly-once consuming of $waiting waiting messages of 630 bytes with a handler that does nothing"
unit=messages
baseline="a loop of bare INSERTs of the same from one client, a commit every $batch"
target=1.00

readonly partitions=6 record_size=630

prepare() {
  relay_command=consume
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/set-up.sql" >/dev/null
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/consume.sql"
  {
    echo "BEGIN;"
    for ((i = 0; i < batch; i++)); do echo "INSERT INTO bench.messages VALUES ('bench-consume', 0, nextval('bench.offsets'), :value);"; done
    echo "COMMIT;"
  } >"$scratch/insert.pgbench"
  kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" --create --topic bench-consume --partitions "$partitions" \
    >"$scratch/topics.log" 2>&1
  kafka_java org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$KAFKA_BROKERS" --topic bench-consume --num-records "$waiting" \
    --record-size "$record_size" --throughput -1 --command-property acks=all >"$scratch/perf-test.log" 2>&1 ||
    { cat "$scratch/perf-test.log" >&2; return 1; }
  ask "SELECT command_center.set_subscription('bench', '{bench-consume}', 'bench.ignore(command_center.kafka_message)', batch_messages => $batch)" >/dev/null
}

has_applied_all() { [ "$(ask "SELECT coalesce(sum(next_offset), 0) >= $waiting FROM command_center.list_consumer_offsets('bench')")" = t ]; }

# From where the partitions were begun to the last offset, by the database's clock.
measure_ours() {
  local log=$scratch/consume.$1.log
  ask "SELECT command_center.reset_subscription('bench')" >/dev/null
  start_relay "$log"
  wait_until 300 has_applied_all || { tail -n 5 "$log" >&2; return 1; }
  stop_relay
  rate=$(ask "SELECT $waiting / extract(epoch FROM max(advanced_at) - min(advanced_at)) FROM command_center.consumer_offsets
    JOIN command_center.subscriptions USING (subscription_id)")
}

measure_baseline() {
  ask "TRUNCATE bench.messages"
  pgbench -n -M prepared -c 1 -t $((waiting / batch)) -D value="$(printf 'x%.0s' $(seq "$record_size"))" -f "$scratch/insert.pgbench" \
    >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
  rate=$(awk -v n="$batch" '/^tps/ {print $3 * n}' "$scratch/pgbench.log")
}
