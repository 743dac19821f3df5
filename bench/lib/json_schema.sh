# shellcheck shell=bash disable=SC2154,SC2034
# What the rows about JSON Schema have in common: one schema and its documents, and the expressions that are compared.
#
# A row calls prepare_documents COMMANDS: 1 gives a command of some 630 bytes under the hotel catalogue's reservation.create, more give an
# array of as many under {"type": "array", "items": …}.

unit=calls

prepare_documents() {
  local commands=$1 schema
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/set-up.sql" >/dev/null
  psql -Xq -v ON_ERROR_STOP=1 -f "$here/sql/json-schema.sql"
  if [ "$commands" -eq 1 ]; then
    schema="payload_schema"
    ask "INSERT INTO bench.documents SELECT '$(cat "$here/sql/payload.json")'::jsonb FROM generate_series(1, 1000)"
  else
    schema="jsonb_build_object('type', 'array', 'maxItems', 100, 'items', payload_schema - '\$defs', '\$defs', payload_schema -> '\$defs')"
    ask "INSERT INTO bench.documents SELECT jsonb_agg('$(cat "$here/sql/payload.json")'::jsonb) FROM generate_series(1, 1000) AS d,
      generate_series(1, $commands) GROUP BY d"
  fi
  schema=$(ask "SELECT quote_literal($schema) FROM command_center.command_templates WHERE command_name = 'reservation.create'")
  ours_expression="command_center.is_valid_json($schema, document)"
  text_expression="document::text"
  plpgsql_expression="bench.plpgsql_is_valid($schema, document, $schema)"
  rapidjson_expression="bench.rapidjson_is_valid($schema, document)"
  printf '%s: documents of %s bytes as text\n' "$PGDATABASE" "$(ask "SELECT octet_length(document::text) FROM bench.documents LIMIT 1")" >&2
}

prepare_rapidjson() {
  g++ -std=c++17 -O2 -DNDEBUG -fPIC -shared -I"$root" -isystem "$("$pg_config" --includedir-server)" \
    -o "$scratch/rapidjson_validator.so" "$here/modules/rapidjson_validator.cpp"
  chmod 755 "$scratch" "$scratch/rapidjson_validator.so"
  ask "CREATE FUNCTION bench.rapidjson_is_valid(text, jsonb) RETURNS boolean LANGUAGE c IMMUTABLE STRICT
    AS '$scratch/rapidjson_validator.so', 'rapidjson_is_valid'"
}

# Both sides must agree that the documents are valid, and that they are not without their first key.
agree() {
  [ "$(ask "SELECT bool_and($1) FROM bench.documents")" = t ] || fail "rejects the valid document: ${1%%(*}"
  [ "$(ask "SELECT bool_or($1) FROM (SELECT CASE jsonb_typeof(document) WHEN 'array' THEN document #- '{0,pricing}' ELSE document - 'pricing' END AS document
    FROM bench.documents) AS broken")" = f ] || fail "accepts a broken document: ${1%%(*}"
}

# calls_per_second EXPRESSION REPEATS: sets rate; each of the 1,000 documents is read REPEATS times.
calls_per_second() { rate=$(ask "SELECT bench.calls_per_second(\$expression\$$1\$expression\$, $2)"); }

measure_ours() { calls_per_second "$ours_expression" "$ours_repeats"; }
