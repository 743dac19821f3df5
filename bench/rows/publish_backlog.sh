# shellcheck shell=bash disable=SC2034,SC2154
# The relay publishes a backlog exactly once, against Kafka's own producer-perf-test with as many records of the same size.
title="exactly-once publishing of $messages waiting messages"
unit=messages
baseline="Kafka's producer-perf-test, records of the same size, acks=all, its defaults"
target=1.20

readonly tenant=7e3022de-5327-44a3-97b4-0686c6c2fc22 slice=5000
# With one partition the small batches of Kafka's own producer would wait for each other, and it would look half as fast.
readonly partitions=6

prepare() {
  local payload
  payload=$(<"$here/sql/payload.json")
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/set-up.sql" >/dev/null
  pgbench -n -M prepared -c 2 -j 2 -t $((messages / slice / 2)) -D tenant="$tenant" -D payload="$payload" -D slice="$slice" \
    -f "$here/sql/backlog.pgbench" >"$scratch/backlog.log" 2>&1 || { cat "$scratch/backlog.log" >&2; return 1; }
  backlog=$(ask "SELECT count(*) FROM command_center.transactional_outbox")
  record_size=$(ask "SELECT octet_length(value) + octet_length(partition_key)
      + (SELECT sum(octet_length(header.key) + octet_length(header.value)) FROM json_each_text(headers) AS header)
    FROM command_center.transactional_outbox LIMIT 1")
  ask "VACUUM ANALYZE"
  printf 'publish_backlog: %d messages of %d bytes, headers and key included\n' "$backlog" "$record_size" >&2
}

topics() { kafka_tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" "$@" >>"$scratch/topics.log" 2>&1; }

# A new topic; the one of the last round goes, so that the disk does not fill up.
renew_topic() {
  topics --delete --if-exists --topic "$1"
  wait_until 30 topics --create --topic "$1" --partitions "$partitions"
}

published() { awk -F '"messages":' '/published a batch/ {n += $2} END {print n + 0}' "$1"; }
has_published_all() { [ "$(published "$1")" -ge "$backlog" ]; }
at() { date -d "$(sed -n "s/.*\"time\":\"\([^\"]*\)\".*\"event\":\"$1\".*/\1/p" "$2" | tail -n 1)" +%s.%N; }

# A publisher that has never published anything has the whole outbox before it: each round is another one, in the place of the last.
measure_ours() {
  local log=$scratch/relay.$1.log
  renew_topic commands.primary
  ask "DELETE FROM command_center.publishers WHERE publisher LIKE 'round-%'"
  ask "INSERT INTO command_center.publishers (publisher, identity)
    SELECT 'round-$1', identity FROM command_center.publishers WHERE publisher = 'default'"
  start_relay "$log" --publisher "round-$1" --log-level debug
  wait_until 300 has_published_all "$log" || { tail -n 5 "$log" >&2; return 1; }
  stop_relay
  rate=$(awk -v n="$(published "$log")" -v begun="$(at publishing "$log")" -v done="$(at 'published a batch' "$log")" 'BEGIN {print n / (done - begun)}')
}

measure_baseline() {
  renew_topic producer-perf-test
  rate=$(kafka_java org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$KAFKA_BROKERS" --topic producer-perf-test \
    --num-records "$backlog" --record-size "$record_size" --throughput -1 --command-property acks=all 2>"$scratch/perf-test.log" |
    sed -n 's/^'"$backlog"' records sent, \([0-9.]*\) records.*/\1/p' | tail -n 1)
  [ -n "$rate" ] || { cat "$scratch/perf-test.log" >&2; return 1; }
}
