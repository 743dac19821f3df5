CREATE FUNCTION command_center.remove_environment(environment text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_environment';
COMMENT ON FUNCTION command_center.remove_environment(text) IS
'Takes back the declaration of an environment, whose commands are refused then, and answers false when there is none. Errors: KC003 when the '
'caller may not act for every tenant, KC015 while a route or a feature is for it; DETAIL lists them.';
REVOKE ALL ON FUNCTION command_center.remove_environment(text) FROM PUBLIC;
