CREATE FUNCTION command_center.policy_forms() RETURNS TABLE (local text, distributed text, shared text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $policy_forms$
VALUES
    ('(( SELECT command_center.sees_every_tenant() AS sees_every_tenant) OR (tenant_id IN ( SELECT command_center.visible_tenants() AS visible_tenants)))',
     '(tenant_id = ANY (command_center.visible_tenant_array()))', 'true'),
    -- A row of the catalogue may concern every tenant.
    ('((tenant_id IS NULL) OR ( SELECT command_center.sees_every_tenant() AS sees_every_tenant) OR (tenant_id IN ( SELECT command_center.visible_tenants() AS visible_tenants)))',
     '((tenant_id IS NULL) OR (tenant_id = ANY (command_center.visible_tenant_array())))', 'true'),
    ('(( SELECT command_center.is_operator(CURRENT_USER) AS is_operator) OR (role IN ( SELECT command_center.held_roles(CURRENT_USER) AS held_roles)))',
     -- A role that is bound to every tenant is no operator by that.
     '(role = ANY (command_center.held_role_array()))', 'command_center.is_operator(CURRENT_USER)')
$policy_forms$;
COMMENT ON FUNCTION command_center.policy_forms() IS
'The policies that tables of ours have, as the server prints them: for a local table, their counterpart for a distributed one, and what members '
'of the role of use_distributed_policies see there besides.';
REVOKE ALL ON FUNCTION command_center.policy_forms() FROM PUBLIC;
