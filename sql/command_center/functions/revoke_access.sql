-- SECURITY DEFINER: as grant_access.
CREATE FUNCTION command_center.revoke_access(role text, level text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $revoke_access$
DECLARE
    held text[];
    kept text[];
    statement text;
BEGIN
    IF to_regclass('command_center.access_grants') IS NULL THEN
        RAISE EXCEPTION 'relation "command_center.access_grants" does not exist' USING ERRCODE = 'KC015',
            HINT = 'Call command_center.setup() first, as the role that shall own the tables.';
    END IF;
    IF NOT EXISTS (SELECT FROM command_center.access_levels() AS known WHERE known.level = revoke_access.level) THEN
        RAISE EXCEPTION 'level "%" does not exist', revoke_access.level USING ERRCODE = '22023',
            HINT = 'The levels are reader, dispatcher, relay, operator and admin.';
    END IF;
    LOCK TABLE command_center.access_grants IN SHARE ROW EXCLUSIVE MODE;
    held := ARRAY(SELECT before.level FROM command_center.access_grants AS before
        WHERE before.role = revoke_access.role ORDER BY before.level COLLATE "C");
    IF revoke_access.level <> ALL (held) THEN
        RETURN false;
    END IF;
    kept := array_remove(held, revoke_access.level);
    DELETE FROM command_center.access_grants AS former WHERE former.role = revoke_access.role AND former.level = revoke_access.level;

    -- A role that was dropped has no rights any more.
    IF EXISTS (SELECT FROM pg_roles AS known WHERE known.rolname = revoke_access.role) THEN
        FOR statement IN
            SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM %I', function.oid::regprocedure, revoke_access.role)
            FROM pg_proc AS function
            WHERE function.pronamespace = 'command_center'::regnamespace AND function.proname IN (
                SELECT part.object FROM command_center.access_levels() AS part WHERE part.kind = 'function' AND part.level = revoke_access.level
                EXCEPT
                SELECT part.object FROM command_center.access_levels() AS part WHERE part.kind = 'function' AND part.level = ANY (kept))
            UNION ALL
            SELECT format('REVOKE SELECT ON command_center.%I FROM %I', relation.relname, revoke_access.role)
            FROM pg_class AS relation
            WHERE relation.relnamespace = 'command_center'::regnamespace AND relation.relkind IN ('r', 'p', 'v') AND relation.relname IN (
                SELECT part.object FROM command_center.access_levels() AS part WHERE part.kind = 'relation' AND part.level = revoke_access.level
                EXCEPT
                SELECT part.object FROM command_center.access_levels() AS part WHERE part.kind = 'relation' AND part.level = ANY (kept))
            UNION ALL
            SELECT format('REVOKE USAGE ON SCHEMA command_center FROM %I', revoke_access.role) WHERE kept = '{}'
        LOOP
            EXECUTE statement;
        END LOOP;
    END IF;
    PERFORM command_center.write_audit('revoke_access', 'role ' || revoke_access.role, jsonb_build_object('levels', held),
        jsonb_build_object('levels', kept));
    RETURN true;
END
$revoke_access$;
COMMENT ON FUNCTION command_center.revoke_access(text, text) IS
'Takes a level from a role, with every right that no other level of the role gives, and answers false when it did not have it. A right that '
'was granted by hand goes with it. Errors: 22023 for an unknown level.';
REVOKE ALL ON FUNCTION command_center.revoke_access(text, text) FROM PUBLIC;
