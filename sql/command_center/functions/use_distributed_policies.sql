CREATE FUNCTION command_center.use_distributed_policies(every_tenant_role text) RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_use_distributed_policies';
COMMENT ON FUNCTION command_center.use_distributed_policies(text) IS
'Readies every table with row security for create_distributed_table and create_reference_table of Citus, and answers how many tables it changed: '
'policies without sub-selects, and one besides for every_tenant_role, a role that exists; its members see every tenant. Triggers that tell open '
'sessions of changes by hand go, since Citus refuses them. What others may see stays as it is. Roles that see every tenant by their '
'level or binding and are not members are named in a notice. Idempotent: call it again after setup() made tables, or for another role. Tables '
'of other extensions of ours are changed too. Each table is locked for a moment. On one machine leave it: scans of whole tables by a tenant get slower. Errors: KC002 '
'for an unknown role, KC003 when the caller may not act for every tenant.';
REVOKE ALL ON FUNCTION command_center.use_distributed_policies(text) FROM PUBLIC;
