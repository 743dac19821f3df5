-- No SET clause: it would cost more than the validation. The function reads a table only for a schema it has not compiled yet, and fixes the
-- search_path itself then.
CREATE FUNCTION command_center.is_valid_json(schema jsonb, instance jsonb, formats text DEFAULT 'assert') RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'command_center_is_valid_json';
COMMENT ON FUNCTION command_center.is_valid_json(jsonb, jsonb, text) IS
'Whether a document satisfies a JSON Schema (drafts 04 to 2020-12, chosen by $schema). formats: assert, or annotate to ignore the keyword '
'format where the specification lets one. Usable in CHECK constraints, with schemas that refer to no registered URI. Errors: KC013 for an '
'invalid schema, KC014 for what is too deep or too costly.';
REVOKE ALL ON FUNCTION command_center.is_valid_json(jsonb, jsonb, text) FROM PUBLIC;
