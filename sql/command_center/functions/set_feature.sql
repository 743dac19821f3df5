CREATE FUNCTION command_center.set_feature(
    status text,
    command_name text DEFAULT NULL,
    environment text DEFAULT NULL,
    tenant_id uuid DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    role text DEFAULT NULL,
    limits jsonb DEFAULT NULL,
    expected_version integer DEFAULT NULL)
RETURNS command_center.feature_version
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_feature';
COMMENT ON FUNCTION command_center.set_feature IS
'Adds the feature of a scope or changes it; it takes effect in every session with its next statement. status: disabled refuses commands, '
'observe has them published for the record only, enabled allows them (an opt_in command needs one). Every feature that matches a command '
'applies, and the strictest wins. role: initiator.role of the command. limits: {"per": "tenant", "property" or "role", "maxPerMinute": ..., '
'"burst": ..., "cooldownSeconds": ...}; NULL keeps those that the feature has, ''null''::jsonb takes them away. expected_version: refuse the change (KC006) unless the feature has this version; 0 means there is '
'none yet. One that is set anew after its removal has another feature_id and begins with version 1 again. Errors: KC002 for an unknown command, KC003 when the caller may not act for the tenant, or for every tenant '
'where none is given, KC013 with located errors for invalid limits, KC015 for limits on a server without shared memory for them.';
REVOKE ALL ON FUNCTION command_center.set_feature FROM PUBLIC;
