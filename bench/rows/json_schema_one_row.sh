# shellcheck shell=bash disable=SC2034,SC2154
# A statement of one row that validates a stored command, against one that only converts it to text: the schema is compiled once
# in a session and found again, not once for each statement.
# shellcheck source=../lib/json_schema.sh
. "$here/lib/json_schema.sh"
title="statement of one row with \`is_valid_json\`, one client"
unit=statements
baseline="the same with a conversion to text"
target=0.95

prepare() {
  prepare_documents 1
  agree "$ours_expression"
  ask "CREATE TABLE bench.one AS SELECT document FROM bench.documents LIMIT 1"
  echo "SELECT $ours_expression FROM bench.one;" >"$scratch/one-row-valid.pgbench"
}

statements_per_second() {
  pgbench -n -M prepared -c 1 -T "$seconds" -f "$1" >"$scratch/pgbench.log" 2>&1 || { cat "$scratch/pgbench.log" >&2; return 1; }
  rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$scratch/pgbench.log")
}

measure_ours() { statements_per_second "$scratch/one-row-valid.pgbench"; }
measure_baseline() { statements_per_second "$here/sql/one-row-text.pgbench"; }
