CREATE FUNCTION command_center.bind_role(role text, tenant_id uuid) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_bind_role';
COMMENT ON FUNCTION command_center.bind_role(text, uuid) IS
'Lets a database role, and the roles that inherit from it, act for a tenant and see its rows; tenant_id NULL: for every tenant. Answers false '
'when it could already. A role that is bound to none may act for none; superusers, operators and the owner of the tables may for all. '
'Errors: KC002 for an unknown role, KC003 when the caller may not act for the tenant itself.';
REVOKE ALL ON FUNCTION command_center.bind_role(text, uuid) FROM PUBLIC;
