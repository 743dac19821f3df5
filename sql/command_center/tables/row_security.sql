-- Who reads a table with a tenant_id sees the rows of the tenants it is bound to, and those for every tenant. The owner of the tables, as whom
-- the functions act, and superusers see all. Ordinary functions and policies of the owner: DROP EXTENSION leaves them as they are.
-- Each is called once for a query, in an uncorrelated sub-select.

-- The roles whose rights a role has, itself included. It climbs from the role, so its cost does not grow with the number of roles.
CREATE FUNCTION command_center.held_roles(role name) RETURNS SETOF text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $held_roles$
    WITH RECURSIVE held (role) AS (
        SELECT known.oid FROM pg_roles AS known WHERE known.rolname = held_roles.role
        UNION
        SELECT member.roleid FROM pg_auth_members AS member JOIN held ON member.member = held.role
    )
    SELECT pg_get_userbyid(held.role)::text FROM held WHERE pg_has_role(held_roles.role, held.role, 'USAGE')
$held_roles$;
COMMENT ON FUNCTION command_center.held_roles(name) IS 'The roles whose rights a role has, itself included. For row security.';
REVOKE ALL ON FUNCTION command_center.held_roles(name) FROM PUBLIC;

-- SECURITY DEFINER: access_grants is behind a policy that calls this. What it tells can be read from the rights on the functions as well,
-- which are open to everybody in pg_proc.
CREATE FUNCTION command_center.is_operator(role name) RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $is_operator$
    SELECT EXISTS (SELECT FROM command_center.access_grants AS granted
        WHERE granted.level IN ('operator', 'admin') AND granted.role IN (SELECT command_center.held_roles(is_operator.role)))
$is_operator$;
COMMENT ON FUNCTION command_center.is_operator(name) IS 'Whether a role has the level operator or admin. For row security.';
REVOKE ALL ON FUNCTION command_center.is_operator(name) FROM PUBLIC;

ALTER TABLE command_center.access_grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_grants_of_own_roles ON command_center.access_grants FOR SELECT
    USING ((SELECT command_center.is_operator(current_user)) OR role IN (SELECT command_center.held_roles(current_user)));

ALTER TABLE command_center.tenant_roles ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_roles_of_own_roles ON command_center.tenant_roles FOR SELECT
    USING ((SELECT command_center.is_operator(current_user)) OR role IN (SELECT command_center.held_roles(current_user)));

-- Both read tenant_roles as the caller, behind its policy: nobody can ask them about another role.
CREATE FUNCTION command_center.sees_every_tenant() RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $sees_every_tenant$
    SELECT command_center.is_operator(current_user) OR EXISTS (SELECT FROM command_center.tenant_roles AS bound
        WHERE bound.tenant_id IS NULL AND bound.role IN (SELECT command_center.held_roles(current_user)))
$sees_every_tenant$;
COMMENT ON FUNCTION command_center.sees_every_tenant() IS 'Whether the current user sees the rows of every tenant. For row security.';
REVOKE ALL ON FUNCTION command_center.sees_every_tenant() FROM PUBLIC;

CREATE FUNCTION command_center.visible_tenants() RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $visible_tenants$
    SELECT bound.tenant_id FROM command_center.tenant_roles AS bound
    WHERE bound.tenant_id IS NOT NULL AND bound.role IN (SELECT command_center.held_roles(current_user))
$visible_tenants$;
COMMENT ON FUNCTION command_center.visible_tenants() IS 'The tenants that the current user is bound to. For row security.';
REVOKE ALL ON FUNCTION command_center.visible_tenants() FROM PUBLIC;

ALTER TABLE command_center.tenant_modules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_modules_of_own_tenants ON command_center.tenant_modules FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

ALTER TABLE command_center.command_routes ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_routes_of_own_tenants ON command_center.command_routes FOR SELECT
    USING (tenant_id IS NULL OR (SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

ALTER TABLE command_center.command_dispatches ENABLE ROW LEVEL SECURITY;
CREATE POLICY command_dispatches_of_own_tenants ON command_center.command_dispatches FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

ALTER TABLE command_center.transactional_outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY transactional_outbox_of_own_tenants ON command_center.transactional_outbox FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

ALTER TABLE command_center.idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY idempotency_keys_of_own_tenants ON command_center.idempotency_keys FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));

ALTER TABLE command_center.dispatch_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY dispatch_events_of_own_tenants ON command_center.dispatch_events FOR SELECT
    USING ((SELECT command_center.sees_every_tenant()) OR tenant_id IN (SELECT command_center.visible_tenants()));
