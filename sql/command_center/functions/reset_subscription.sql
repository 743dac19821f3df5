CREATE FUNCTION command_center.reset_subscription(subscription text, start_at text DEFAULT NULL, expected_version integer DEFAULT NULL)
RETURNS integer
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_reset_subscription';
COMMENT ON FUNCTION command_center.reset_subscription(text, text, integer) IS
'Forgets how far a subscription has come, and answers its new version: each topic begins anew at start_at (earliest, latest or a time; NULL keeps '
'what it is). Messages that were applied before are applied again. Waits for a batch that is being applied. expected_version: refuse (KC006) '
'unless it has this version. Errors: KC002 no such subscription, KC013 for a start_at that cannot be.';
REVOKE ALL ON FUNCTION command_center.reset_subscription(text, text, integer) FROM PUBLIC;
