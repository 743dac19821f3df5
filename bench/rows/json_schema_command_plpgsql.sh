# shellcheck shell=bash disable=SC2034,SC2154
# Validating a command of 630 bytes with is_valid_json, against a validator in PL/pgSQL.
# What jsonb_typeof of the same rows costs is taken off both.
# shellcheck source=../lib/json_schema.sh
. "$here/lib/json_schema.sh"
title="\`is_valid_json\`, a command of 630 bytes under a realistic schema, over \`jsonb_typeof\`"
baseline="a validator in PL/pgSQL"
target=20
ours_repeats=200

prepare() {
  prepare_documents 1
  agree "$ours_expression"
  agree "$plpgsql_expression"
}

measure_baseline() { calls_per_second "$plpgsql_expression" 2; }
