CREATE FUNCTION command_center.validate_payload(command_name text, payload jsonb) RETURNS jsonb
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_validate_payload';
COMMENT ON FUNCTION command_center.validate_payload(text, jsonb) IS
'Validates a payload against the active version of a command, with all located errors, in the form of validate_json. Errors: KC002 for '
'an unknown command, KC014 for what is too deep or too costly.';
REVOKE ALL ON FUNCTION command_center.validate_payload(text, jsonb) FROM PUBLIC;
