-- Documents are validated in SQL: ad hoc, in CHECK constraints, against shared schemas, and by command.
\set SHOW_CONTEXT never
CALL test.reset();

-- Before setup(), with no table to look into.
SELECT command_center.is_valid_json('{"type": "integer", "minimum": 3}', '4') AS valid, command_center.is_valid_json('{"minimum": 3}', '2') AS invalid,
    command_center.is_valid_json(NULL, '2') AS unknown;
SELECT command_center.is_valid_json('{"$ref": "https://example.com/missing"}', '2');
\echo :SQLSTATE
SELECT command_center.setup() > 0 AS set_up;

-- Exact numbers.
SELECT command_center.is_valid_json('{"multipleOf": 0.01}', '19.99') AS cents, command_center.is_valid_json('{"const": 9007199254740992}', '9007199254740993') AS beyond_double;

-- Drafts, formats.
SELECT command_center.is_valid_json('{"$schema": "http://json-schema.org/draft-04/schema#", "maximum": 3, "exclusiveMaximum": true}', '3') AS draft_04,
    command_center.is_valid_json('{"$schema": "http://json-schema.org/draft-07/schema#", "if": {"const": 1}, "then": false}', '1') AS draft_07;
SELECT command_center.is_valid_json('{"format": "date"}', '"2025-02-30"') AS asserted, command_center.is_valid_json('{"format": "date"}', '"2025-02-30"', 'annotate') AS annotated;
SELECT command_center.is_valid_json('true', '1', 'maybe');
\echo :SQLSTATE

-- Errors, located, without the rejected value.
SELECT jsonb_pretty(command_center.validate_json('{"properties": {"rooms": {"items": {"required": ["id"]}}}}', '{"rooms": [{"id": 1}, {"secret": "x"}]}'));
SELECT command_center.validate_json('true', '1');
SELECT jsonb_array_length(command_center.validate_json('{"items": false}', (SELECT jsonb_agg(n) FROM generate_series(1, 1000) AS n)) -> 'errors') AS at_most_a_hundred;

-- Invalid schemas.
SELECT command_center.is_valid_json('{"type": "text"}', '1');
\echo :SQLSTATE
SELECT command_center.is_valid_json('{"pattern": "(a+)+\\1"}', '"a"');
\echo :SQLSTATE
SELECT command_center.is_valid_json('{"requird": ["a"]}', '{}') AS unknown_keywords_are_annotations;

-- A CHECK constraint.
CREATE TABLE pg_temp.guests (profile jsonb CHECK (command_center.is_valid_json('{"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 10}}}', profile)));
INSERT INTO pg_temp.guests VALUES ('{"name": "Ada"}');
\set VERBOSITY sqlstate
INSERT INTO pg_temp.guests VALUES ('{"name": 7}');
\set VERBOSITY default

-- Shared schemas: found by URI, in chains, and never changed.
SELECT command_center.register_schema('https://example.com/money', '{"$defs": {"cents": {"type": "integer", "minimum": 0}}, "type": "object", "properties": {"amount": {"$ref": "#/$defs/cents"}, "currency": {"$ref": "currency"}}}');
SELECT command_center.register_schema('https://example.com/currency', '{"enum": ["EUR", "USD"]}');
SELECT command_center.register_schema('https://example.com/currency', '{"enum": ["EUR", "USD"]}');
SELECT command_center.register_schema('https://example.com/currency', '{"enum": ["EUR"]}');
\echo :SQLSTATE
SELECT command_center.register_schema('currency', 'true');
\echo :SQLSTATE
SELECT command_center.is_valid_json('{"$ref": "https://example.com/money"}', '{"amount": 1, "currency": "EUR"}') AS valid,
    command_center.is_valid_json('{"$ref": "https://example.com/money"}', '{"amount": 1, "currency": "XXX"}') AS other_currency,
    command_center.is_valid_json('{"$ref": "https://example.com/money#/$defs/cents"}', '-1') AS negative;
-- A registration that is rolled back leaves no compiled schema behind.
BEGIN;
SELECT command_center.register_schema('https://example.com/room', '{"const": 1}');
SELECT command_center.is_valid_json('{"$ref": "https://example.com/room"}', '1') AS inside;
ROLLBACK;
SELECT command_center.is_valid_json('{"$ref": "https://example.com/room"}', '1');
\echo :SQLSTATE
SELECT command_center.register_schema('https://example.com/room', '{"const": 2}');
SELECT command_center.is_valid_json('{"$ref": "https://example.com/room"}', '1') AS registered_anew;

-- Commands may refer to them, and a payload can be checked without executing.
SELECT command_center.set_service('bookings');
SELECT FROM command_center.register_command('test.pay', '{"$ref": "https://example.com/money"}', default_target => 'bookings');
SELECT status FROM command_center.execute_command('test.pay', '{"amount": 3, "currency": "USD"}', test.tenant());
SELECT command_center.validate_payload('test.pay', '{"amount": 3, "currency": "USD"}') AS valid;
SELECT jsonb_path_query_array(command_center.validate_payload('test.pay', '{"amount": -3, "currency": "XXX"}'), '$.errors[*].instanceLocation') AS locations;
SELECT command_center.validate_payload('test.nothing', '{}');
\echo :SQLSTATE

-- Large documents are stored compressed, and read all the same.
CREATE TABLE pg_temp.stored AS SELECT jsonb_build_object('enum', jsonb_agg('option ' || n), 'type', 'string') AS schema, 3 AS n FROM generate_series(1, 1000) AS n;
SELECT pg_column_size(schema) < octet_length(schema::text) AS compressed, command_center.is_valid_json(schema, '"option 7"') AS valid,
    command_center.is_valid_json('{"minProperties": 2}', schema) AS as_instance, (SELECT count(*) FROM command_center.lint_schema(schema)) AS findings FROM pg_temp.stored;

-- What a match may cost is limited: it cannot be interrupted.
SET command_center.pattern_budget = 1000;
SELECT command_center.is_valid_json('{"pattern": "^(a|b){3,20}c$"}', to_jsonb(repeat('ab', 500)));
\echo :SQLSTATE
RESET command_center.pattern_budget;

-- Lint.
SELECT severity, keyword, location FROM command_center.lint_schema('{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array"}}, "requird": []}') ORDER BY 1, 2, 3;
SELECT count(*) AS clean FROM command_center.lint_schema('{"type": "integer", "minimum": 0, "maximum": 9}');

-- Hostile documents end in a clean error.
SELECT command_center.is_valid_json('{"$ref": "#"}', '1');
\echo :SQLSTATE
SELECT command_center.is_valid_json('{"items": {"$ref": "#"}}', (repeat('[', 2000) || repeat(']', 2000))::jsonb);
\echo :SQLSTATE
SELECT command_center.is_valid_json('{"multipleOf": 7}', '1e131071') AS number_bomb;
SELECT command_center.is_valid_json('{"uniqueItems": true}', (SELECT jsonb_agg(n) FROM generate_series(1, 100000) AS n)) AS distinct_items;
SELECT command_center.is_valid_json('{"uniqueItems": true}', (SELECT jsonb_agg(n % 99999) FROM generate_series(1, 100000) AS n)) AS one_twice;
