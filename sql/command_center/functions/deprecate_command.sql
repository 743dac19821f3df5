CREATE FUNCTION command_center.deprecate_command(command_name text, expected_version integer DEFAULT NULL) RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_deprecate_command';
COMMENT ON FUNCTION command_center.deprecate_command(text, integer) IS
'Takes the active version of a command out of use and answers its number, NULL when none was active. Commands of that name are refused until '
'register_command adds an active version or activate_command makes one active. expected_version: refuse (KC006) unless that is the active version. Errors: KC002 for an '
'unknown command.';
REVOKE ALL ON FUNCTION command_center.deprecate_command(text, integer) FROM PUBLIC;
