-- SECURITY DEFINER: the rights on the functions belong to the owner of the extension, and an admin, who may call this, is seldom
-- that. It gives rights on objects of this schema only, and only those that access_levels() lists.
CREATE FUNCTION command_center.grant_access(role text, level text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $grant_access$
DECLARE
    receiver oid := (SELECT known.oid FROM pg_roles AS known WHERE known.rolname = grant_access.role);
    held text[];
    statement text;
    inserted boolean;
BEGIN
    IF to_regclass('command_center.access_grants') IS NULL THEN
        RAISE EXCEPTION 'relation "command_center.access_grants" does not exist' USING ERRCODE = 'KC015',
            HINT = 'Call command_center.setup() first, as the role that shall own the tables.';
    END IF;
    IF NOT EXISTS (SELECT FROM command_center.access_levels() AS known WHERE known.level = grant_access.level) THEN
        RAISE EXCEPTION 'level "%" does not exist', grant_access.level USING ERRCODE = '22023',
            HINT = 'The levels are reader, dispatcher, relay, operator and admin.';
    END IF;
    IF receiver IS NULL THEN
        RAISE EXCEPTION 'role "%" does not exist', grant_access.role USING ERRCODE = 'KC002', HINT = 'Create it with CREATE ROLE.';
    END IF;
    LOCK TABLE command_center.access_grants IN SHARE ROW EXCLUSIVE MODE;
    held := ARRAY(SELECT before.level FROM command_center.access_grants AS before
        WHERE before.role = grant_access.role ORDER BY before.level COLLATE "C");
    inserted := grant_access.level <> ALL (held);
    IF inserted THEN
        INSERT INTO command_center.access_grants (role, level) VALUES (grant_access.role, grant_access.level);
    END IF;

    -- Only what is lacking, so that a call that changes nothing writes nothing.
    FOR statement IN
        SELECT format('GRANT USAGE ON SCHEMA command_center TO %I', grant_access.role)
        FROM pg_namespace AS schema
        WHERE schema.nspname = 'command_center' AND NOT EXISTS (
            SELECT FROM aclexplode(schema.nspacl) AS given WHERE given.grantee = receiver AND given.privilege_type = 'USAGE')
        UNION ALL
        SELECT format('GRANT EXECUTE ON FUNCTION %s TO %I', function.oid::regprocedure, grant_access.role)
        FROM pg_proc AS function
        WHERE function.pronamespace = 'command_center'::regnamespace AND EXISTS (
                SELECT FROM command_center.access_levels() AS part
                WHERE part.level = grant_access.level AND part.kind = 'function' AND part.object = function.proname)
            AND NOT EXISTS (
                SELECT FROM aclexplode(function.proacl) AS given WHERE given.grantee = receiver AND given.privilege_type = 'EXECUTE')
        UNION ALL
        SELECT format('GRANT SELECT ON command_center.%I TO %I', relation.relname, grant_access.role)
        FROM pg_class AS relation
        WHERE relation.relnamespace = 'command_center'::regnamespace AND relation.relkind IN ('r', 'p', 'v') AND EXISTS (
                SELECT FROM command_center.access_levels() AS part
                WHERE part.level = grant_access.level AND part.kind = 'relation' AND part.object = relation.relname)
            AND NOT EXISTS (
                SELECT FROM aclexplode(relation.relacl) AS given WHERE given.grantee = receiver AND given.privilege_type = 'SELECT')
    LOOP
        EXECUTE statement;
    END LOOP;
    IF inserted THEN
        PERFORM command_center.write_audit('grant_access', 'role ' || grant_access.role, jsonb_build_object('levels', held),
            jsonb_build_object('levels', held || grant_access.level));
    END IF;
    RETURN inserted;
END
$grant_access$;
COMMENT ON FUNCTION command_center.grant_access(text, text) IS
'Gives a database role what a level may do, and answers false when it had that level; access_levels() lists what that is. reader: look at the '
'catalogue, dispatches and health. dispatcher: reader''s functions, execute and acknowledge commands, publish events. relay: exactly '
'what the relay calls. operator: that too, and change the catalogue, replay, read the audit; acts for every tenant. '
'admin: operator, and say who may do what. A reader or dispatcher sees and acts for the tenants it is bound to (bind_role). Errors: '
'KC002 for an unknown role, 22023 for an unknown level.';
REVOKE ALL ON FUNCTION command_center.grant_access(text, text) FROM PUBLIC;
