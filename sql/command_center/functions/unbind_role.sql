CREATE FUNCTION command_center.unbind_role(role text, tenant_id uuid) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_unbind_role';
COMMENT ON FUNCTION command_center.unbind_role(text, uuid) IS
'Takes back what bind_role with the same arguments gave, and answers false when there was nothing to take: NULL is the binding to every '
'tenant, not all bindings of the role. Errors: KC003 when the caller may not act for the tenant itself.';
REVOKE ALL ON FUNCTION command_center.unbind_role(text, uuid) FROM PUBLIC;
