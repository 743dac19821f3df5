-- SECURITY DEFINER: as grant_access.
CREATE FUNCTION command_center.revoke_access(role text, level text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_revoke_access';
COMMENT ON FUNCTION command_center.revoke_access(text, text) IS
'Takes a level from a role, with every right that no other level of the role gives, and answers false when it did not have it. A right that '
'was granted by hand goes with it. Errors: 22023 for an unknown level.';
REVOKE ALL ON FUNCTION command_center.revoke_access(text, text) FROM PUBLIC;
