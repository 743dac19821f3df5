CREATE FUNCTION command_center.lint_schema(schema jsonb) RETURNS SETOF command_center.finding
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_lint_schema';
COMMENT ON FUNCTION command_center.lint_schema(jsonb) IS
'What register_command would say about a schema: errors, which refuse it, and warnings.';
REVOKE ALL ON FUNCTION command_center.lint_schema(jsonb) FROM PUBLIC;
