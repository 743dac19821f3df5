# shellcheck shell=bash disable=SC2034,SC2154
# From executing a command to reading it, published exactly-once, at a rate that keeps nothing busy; and what the relay costs meanwhile.
# shellcheck source=../lib/latency.sh
. "$here/lib/latency.sh"
title="from the start of \`execute_command\` to a consumer that reads committed messages, 1,000 commands/s, exactly-once"
baseline="Debezium 3.7, set up well, commit to consumer, on another day on such a machine: 11.3 and 29.7 ms, 41 % of a core"
target="≤ 8 and 29 ms; 12 % with librdkafka 2.8, 20 % with 2.0.2; sessions 10 %"
delivery=exactly-once
