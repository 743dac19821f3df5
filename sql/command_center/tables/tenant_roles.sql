-- The tenants a database role may act for. Roles are kept by name, which is what a dump keeps of them. A NULL tenant_id says: every tenant.
CREATE TABLE command_center.tenant_roles (
    tenant_id uuid,
    role text NOT NULL,
    bound_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX tenant_roles_one_per_tenant ON command_center.tenant_roles (tenant_id, role) NULLS NOT DISTINCT;
CREATE INDEX tenant_roles_role ON command_center.tenant_roles (role, tenant_id);
-- In 0.1.0 the right to call these functions was the right to act for every tenant: who was given it keeps what worked. Steps of an
-- earlier transaction tell that this is an upgrade; in a new database a right that was given before setup() binds to nothing.
INSERT INTO command_center.tenant_roles (role)
SELECT DISTINCT pg_get_userbyid(granted.grantee)
FROM pg_proc AS function, aclexplode(function.proacl) AS granted
WHERE function.pronamespace = 'command_center'::regnamespace AND function.proname IN ('execute_command', 'set_route')
    AND granted.privilege_type = 'EXECUTE' AND granted.grantee NOT IN (0, function.proowner)
    AND EXISTS (SELECT FROM command_center.setup_steps AS earlier WHERE earlier.done_at <> now());
