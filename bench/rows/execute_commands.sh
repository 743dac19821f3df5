# shellcheck shell=bash disable=SC2034,SC2154
# execute_commands with 1,000 commands in a call, against one statement that inserts as many payloads and the same messages.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
readonly size=1000 batch_clients=2
title="\`execute_commands\`, 1,000 commands in a call, $batch_clients clients"
baseline="a bare INSERT … SELECT of 1,000 payloads and the same 1,000 messages"
target=0.50

prepare() {
  prepare_commands
  prepare_bare_tables
}

measure_ours() {
  run_pgbench -c "$batch_clients" -D size="$size" -f "$here/sql/execute-commands.pgbench"
  times "$size"
}

measure_baseline() {
  run_bare bare-insert-select.pgbench -c "$batch_clients" -D size="$size"
  times "$size"
}
