# shellcheck shell=bash disable=SC2034,SC2154
# execute_command with every check on, against what a team would write by hand: one statement that inserts two rows, the payload as jsonb and
# the very message that we would send. Ours keeps the payload's hash in place of the payload: it writes 2.3 kB of WAL for each command, the
# bare statement 2.8 kB.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
title="\`execute_command\`, $clients clients, a durable commit for each command"
baseline="bare INSERT of two rows: the payload, and the same message"
target=0.80

prepare() {
  prepare_commands
  prepare_bare_tables
}

measure_ours() { run_pgbench -f "$here/sql/execute-command.pgbench"; }
measure_baseline() { run_bare bare-insert.pgbench; }
