# shellcheck shell=bash disable=SC2034,SC2154
# execute_command with every check on, against what a team would write by hand: one statement that inserts two rows of the same bytes.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
title="\`execute_command\`, $clients clients, a durable commit for each command"
baseline="bare two-row INSERT of the same bytes"
target=0.80

prepare() {
  prepare_commands
  prepare_bare_tables
}

measure_ours() { run_pgbench -f "$here/sql/execute-command.pgbench"; }
measure_baseline() { run_bare bare-insert.pgbench; }
