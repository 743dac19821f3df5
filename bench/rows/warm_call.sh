# shellcheck shell=bash disable=SC2034,SC2154
# What one warm call costs over inserting the payload and the same message: both in one session and one transaction, without commits.
# shellcheck source=../lib/commands.sh
. "$here/lib/commands.sh"
readonly calls=20000
title="a warm \`execute_command\` over two inserts, one session, no commit"
unit=calls
baseline="bare INSERT of two rows: the payload, and the same message, in PL/pgSQL"
comparator=≤
figure_unit=" µs"
target=25

prepare() {
  prepare_commands
  prepare_bare_tables
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/warm-call.sql"
}

figure() { awk '{print 1e6 / $1 - 1e6 / $2}'; }

measure_ours() { rate=$(ask "SELECT bench.calls_per_second($calls, '$payload', '$tenant')"); }
measure_baseline() { rate=$(ask "SELECT bench.inserts_per_second($calls, '$payload', '$tenant', \$headers\$$headers\$headers\$, \$value\$$value\$value\$)"); }
