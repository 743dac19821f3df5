# shellcheck shell=bash disable=SC2034,SC2154
# Validating a batch of 9 kB with is_valid_json, against its conversion to text.
# What jsonb_typeof of the same rows costs is taken off both.
# shellcheck source=../lib/json_schema.sh
. "$here/lib/json_schema.sh"
title="\`is_valid_json\`, a batch of 9 kB under a realistic schema, over \`jsonb_typeof\`"
baseline="its conversion to text"
target=1.00
ours_repeats=20

prepare() {
  prepare_documents 14
  agree "$ours_expression"
}

measure_baseline() { calls_per_second "$text_expression" 20; }
