-- No SET clause, as in is_valid_json.
CREATE FUNCTION command_center.validate_json(schema jsonb, instance jsonb, formats text DEFAULT 'assert') RETURNS jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'command_center_validate_json';
COMMENT ON FUNCTION command_center.validate_json(jsonb, jsonb, text) IS
'Validates a document and answers in the "basic" output form: {"valid": true}, or false with at most 100 located errors, each with keyword '
'and params and never with the rejected value. Arguments and errors: as is_valid_json.';
REVOKE ALL ON FUNCTION command_center.validate_json(jsonb, jsonb, text) FROM PUBLIC;
