CREATE FUNCTION command_center.remove_subscription(subscription text, expected_version integer DEFAULT NULL) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_subscription';
COMMENT ON FUNCTION command_center.remove_subscription(text, integer) IS
'Ends a subscription and answers false when there is none. Waits for a batch that is being applied. Its dead letters stay; one of the same name begins anew. '
'expected_version: refuse (KC006) unless it has this version.';
REVOKE ALL ON FUNCTION command_center.remove_subscription(text, integer) FROM PUBLIC;
