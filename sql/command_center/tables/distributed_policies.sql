-- What the policies of a distributed table ask instead of the sub-selects of row_security.sql, which a cluster refuses (use_distributed_policies).
-- Each stands by itself, since what it called would have to be on every node of the cluster, too.
CREATE FUNCTION command_center.held_role_array() RETURNS text[]
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $held_role_array$
    WITH RECURSIVE held (role) AS (
        SELECT known.oid FROM pg_roles AS known WHERE known.rolname = current_user
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role
    )
    SELECT coalesce(array_agg(pg_get_userbyid(held.role)::text), '{}') FROM held WHERE pg_has_role(current_user, held.role, 'USAGE')
$held_role_array$;
COMMENT ON FUNCTION command_center.held_role_array() IS
'The roles whose rights the current user has, itself included. For row security of distributed tables.';
REVOKE ALL ON FUNCTION command_center.held_role_array() FROM PUBLIC;

-- Reads tenant_roles as the caller, behind its policy, as visible_tenants() does.
CREATE FUNCTION command_center.visible_tenant_array() RETURNS uuid[]
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $visible_tenant_array$
    WITH RECURSIVE held (role) AS (
        SELECT known.oid FROM pg_roles AS known WHERE known.rolname = current_user
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role
    )
    SELECT coalesce(array_agg(DISTINCT bound.tenant_id), '{}') FROM command_center.tenant_roles AS bound
    WHERE bound.tenant_id IS NOT NULL
        AND bound.role = ANY (ARRAY(SELECT pg_get_userbyid(held.role)::text FROM held WHERE pg_has_role(current_user, held.role, 'USAGE')))
$visible_tenant_array$;
COMMENT ON FUNCTION command_center.visible_tenant_array() IS
'The tenants that the current user is bound to. For row security of distributed tables; who sees every tenant has a policy of its own there.';
REVOKE ALL ON FUNCTION command_center.visible_tenant_array() FROM PUBLIC;
