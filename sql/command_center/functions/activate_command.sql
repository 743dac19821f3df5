CREATE FUNCTION command_center.activate_command(command_name text, version integer, expected_version integer DEFAULT NULL)
RETURNS SETOF command_center.finding
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_activate_command';
COMMENT ON FUNCTION command_center.activate_command(text, integer, integer) IS
'Makes a version of a command the active one, an earlier one again or a draft, and answers the warnings about its schema, key and default_target as register_command does; the '
'version that was active is deprecated. Nothing changes when it is active already. expected_version: refuse (KC006) unless that is the active '
'version; 0 means that there is none. Errors: KC002 for an unknown command or version, KC013 with located findings where its schema, '
'examples or partition_key do not pass any more, KC007 where its topic is one of events now.';
REVOKE ALL ON FUNCTION command_center.activate_command(text, integer, integer) FROM PUBLIC;
