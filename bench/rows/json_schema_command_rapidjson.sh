# shellcheck shell=bash disable=SC2034,SC2154
# Validating a command of 630 bytes with is_valid_json, against text, RapidJSON's parser and its validator.
# What jsonb_typeof of the same rows costs is taken off both.
# shellcheck source=../lib/json_schema.sh
. "$here/lib/json_schema.sh"
title="\`is_valid_json\`, a command of 630 bytes under a realistic schema, over \`jsonb_typeof\`"
baseline="text, RapidJSON's parser and its validator"
target=2.50
ours_repeats=200

prepare() {
  prepare_documents 1
  prepare_rapidjson
  agree "$ours_expression"
  agree "$rapidjson_expression"
}

measure_baseline() { calls_per_second "$rapidjson_expression" 100; }
