# shellcheck shell=bash disable=SC2034,SC2154
# From executing a command to reading it, published at-least-once, at a rate that keeps nothing busy; and what the relay costs meanwhile.
# shellcheck source=../lib/latency.sh
. "$here/lib/latency.sh"
title="from the start of \`execute_command\` to a consumer that reads committed messages, 1,000 commands/s, at-least-once"
baseline="Debezium 3.7, set up well, commit to consumer, on another day on such a machine: 5.9 and 11.0 ms, 30 % of a core"
target="≤ 5 and 11 ms; 5 % with librdkafka 2.8; sessions 10 %"
delivery=at-least-once
