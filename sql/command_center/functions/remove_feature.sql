CREATE FUNCTION command_center.remove_feature(
    command_name text DEFAULT NULL,
    environment text DEFAULT NULL,
    tenant_id uuid DEFAULT NULL,
    property_id uuid DEFAULT NULL,
    role text DEFAULT NULL,
    expected_version integer DEFAULT NULL)
RETURNS command_center.feature_version
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_remove_feature';
COMMENT ON FUNCTION command_center.remove_feature IS
'Removes the feature of exactly this scope; it takes effect in every session with its next statement. expected_version: refuse (KC006) '
'unless the feature has this version. Errors: KC002 when there is no such feature, KC003 when the caller may not act for the tenant, or '
'for every tenant where none is given.';
REVOKE ALL ON FUNCTION command_center.remove_feature FROM PUBLIC;
