CREATE FUNCTION command_center.register_schema(uri text, schema jsonb) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_register_schema';
COMMENT ON FUNCTION command_center.register_schema(text, jsonb) IS
'Registers a schema under an absolute URI, so that $ref in other schemas finds it. The same content again changes nothing. Errors: KC007 '
'for another content, 22023 for what is no absolute URI.';
REVOKE ALL ON FUNCTION command_center.register_schema(text, jsonb) FROM PUBLIC;
