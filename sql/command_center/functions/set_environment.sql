CREATE FUNCTION command_center.set_environment(environment text, is_open boolean DEFAULT NULL) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_environment';
COMMENT ON FUNCTION command_center.set_environment(text, boolean) IS
'Declares an environment, which commands, routes and features may then name, and answers false when nothing changed. is_open: whether roles that '
'are bound to single tenants may name it too, in a command or by the setting command_center.environment; NULL keeps what it is, and a new '
'one is not open: a caller that may choose among environments chooses among the controls for them. Errors: KC003 when the caller may not act for '
'every tenant, 22023 for what is no name.';
REVOKE ALL ON FUNCTION command_center.set_environment(text, boolean) FROM PUBLIC;
