-- Which role a name meant when it was written down: system identifier of the cluster and oid of the role, joined by a dot. In that cluster
-- the identity decides, whatever the role is called now and whoever has its name now; in another one, after a restore, the name
-- does, until maintain() has written the identity of the role that has it there. NULL: the row was written by hand.
ALTER TABLE command_center.access_grants ADD COLUMN role_identity text;
ALTER TABLE command_center.tenant_roles ADD COLUMN role_identity text;
COMMENT ON COLUMN command_center.access_grants.role_identity IS 'System identifier and oid of the role, which decide in that cluster; the name does in another.';
COMMENT ON COLUMN command_center.tenant_roles.role_identity IS 'System identifier and oid of the role, which decide in that cluster; the name does in another.';
CREATE INDEX tenant_roles_role_identity ON command_center.tenant_roles (role_identity, tenant_id);

-- The identities of the roles whose rights a role has, itself included.
CREATE FUNCTION command_center.held_identities(role name) RETURNS SETOF text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $held_identities$
    WITH RECURSIVE held (role) AS (
        SELECT known.oid FROM pg_roles AS known WHERE known.rolname = held_identities.role
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role
    )
    SELECT format('%s.%s', (SELECT system_identifier FROM pg_control_system()), held.role) FROM held
    WHERE pg_has_role(held_identities.role, held.role, 'USAGE')
$held_identities$;
COMMENT ON FUNCTION command_center.held_identities(name) IS
'The identities (system identifier and oid) of the roles whose rights a role has, itself included. For row security.';
REVOKE ALL ON FUNCTION command_center.held_identities(name) FROM PUBLIC;

-- Those of row_security.sql and distributed_policies.sql, by identity.
CREATE OR REPLACE FUNCTION command_center.is_operator(role name) RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $is_operator$
    SELECT EXISTS (SELECT FROM command_center.access_grants AS granted
        WHERE granted.level IN ('operator', 'admin') AND CASE
            WHEN split_part(granted.role_identity, '.', 1) = (SELECT system_identifier::text FROM pg_control_system())
            THEN granted.role_identity IN (SELECT command_center.held_identities(is_operator.role))
            ELSE granted.role IN (SELECT command_center.held_roles(is_operator.role)) END)
$is_operator$;

CREATE OR REPLACE FUNCTION command_center.sees_every_tenant() RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $sees_every_tenant$
    SELECT command_center.is_operator(current_user) OR EXISTS (SELECT FROM command_center.tenant_roles AS bound
        WHERE bound.tenant_id IS NULL AND CASE
            WHEN split_part(bound.role_identity, '.', 1) = (SELECT system_identifier::text FROM pg_control_system())
            THEN bound.role_identity IN (SELECT command_center.held_identities(current_user))
            ELSE bound.role IN (SELECT command_center.held_roles(current_user)) END)
$sees_every_tenant$;

-- In two parts, each by an index.
CREATE OR REPLACE FUNCTION command_center.visible_tenants() RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $visible_tenants$
    SELECT bound.tenant_id FROM command_center.tenant_roles AS bound
    WHERE bound.tenant_id IS NOT NULL AND bound.role_identity IN (SELECT command_center.held_identities(current_user))
    UNION ALL
    SELECT bound.tenant_id FROM command_center.tenant_roles AS bound
    WHERE bound.tenant_id IS NOT NULL AND bound.role IN (SELECT command_center.held_roles(current_user))
        AND split_part(bound.role_identity, '.', 1) IS DISTINCT FROM (SELECT system_identifier::text FROM pg_control_system())
$visible_tenants$;

CREATE OR REPLACE FUNCTION command_center.visible_tenant_array() RETURNS uuid[]
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $visible_tenant_array$
    WITH RECURSIVE held (role) AS (
        SELECT known.oid FROM pg_roles AS known WHERE known.rolname = current_user
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role
    ), cluster (id) AS (
        SELECT system_identifier::text FROM pg_control_system()
    )
    SELECT coalesce(array_agg(DISTINCT bound.tenant_id), '{}') FROM command_center.tenant_roles AS bound
    WHERE bound.tenant_id IS NOT NULL AND CASE
        WHEN split_part(bound.role_identity, '.', 1) = (SELECT cluster.id FROM cluster)
        THEN bound.role_identity = ANY (ARRAY(
            SELECT format('%s.%s', cluster.id, held.role) FROM held, cluster WHERE pg_has_role(current_user, held.role, 'USAGE')))
        ELSE bound.role = ANY (ARRAY(SELECT pg_get_userbyid(held.role)::text FROM held WHERE pg_has_role(current_user, held.role, 'USAGE'))) END
$visible_tenant_array$;

-- Who could call what these call, can go on.
DO $given$
DECLARE
    reader record;
BEGIN
    FOR reader IN
        SELECT DISTINCT given.grantee::regrole AS role FROM pg_proc, aclexplode(pg_proc.proacl) AS given
        WHERE pg_proc.oid = 'command_center.held_roles(name)'::regprocedure AND given.grantee NOT IN (0, pg_proc.proowner)
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION command_center.held_identities(name) TO %s', reader.role);
    END LOOP;
END $given$;
