-- What the regression tests share: a database in which nothing is set up, and the two tenants they use.
CREATE SCHEMA test;
CREATE EXTENSION command_center;

-- Everything as after CREATE EXTENSION.
CREATE PROCEDURE test.reset() LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL client_min_messages = warning;
    DROP EXTENSION IF EXISTS command_center;
    DROP SCHEMA IF EXISTS command_center CASCADE;
    CREATE EXTENSION command_center;
END $$;

-- Everything as after setup(), with two services and one command.
CREATE PROCEDURE test.start() LANGUAGE plpgsql AS $$
BEGIN
    CALL test.reset();
    PERFORM command_center.setup();
    PERFORM command_center.set_service('bookings'), command_center.set_service('audit', topic => 'audit.log');
    INSERT INTO command_center.environments VALUES ('staging', true);
    PERFORM command_center.register_command('test.book', jsonb_build_object(
            'type', 'object', 'additionalProperties', false, 'required', jsonb_build_array('id'),
            'properties', jsonb_build_object(
                'id', jsonb_build_object('type', 'string', 'maxLength', 20),
                'nights', jsonb_build_object('type', 'integer', 'minimum', 1, 'maximum', 30))),
        default_target => 'bookings', partition_key => '/id');
END $$;

CREATE FUNCTION test.tenant(number integer DEFAULT 1) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-0000-0000-00000000000' || number)::uuid
$$;

SET check_function_bodies = off;
-- Every object of the schema and all that defines it. Days are taken out of names.
CREATE FUNCTION test.catalogue() RETURNS TABLE (kind text, name text, definition text) LANGUAGE sql AS $$
    WITH relation AS (
        SELECT *, regexp_replace(relname, '_20\d{6}', '_day') AS name FROM pg_class WHERE relnamespace = 'command_center'::regnamespace
    ), member AS (
        SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
            AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'command_center')
    ), described AS (
        SELECT 'relation' AS kind, name, concat_ws(' ', relkind, relpersistence, relrowsecurity, relforcerowsecurity, relispartition,
            relowner::regrole, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), reloptions,
            (SELECT amname FROM pg_am WHERE pg_am.oid = relam), (SELECT spcname FROM pg_tablespace WHERE pg_tablespace.oid = reltablespace), obj_description(oid, 'pg_class')) AS definition FROM relation
        UNION ALL
        SELECT 'column', relation.name || '.' || attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull, attstorage,
            attcollation::regcollation, attacl, pg_get_expr(adbin, adrelid), CASE WHEN NOT relispartition THEN col_description(relation.oid, attnum) END)
        FROM relation JOIN pg_attribute ON attrelid = relation.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND relkind IN ('r', 'p', 'v', 'm', 'c')
        UNION ALL
        SELECT 'constraint', relation.name || '.' || regexp_replace(conname, '_20\d{6}', '_day'), pg_get_constraintdef(pg_constraint.oid)
        FROM relation JOIN pg_constraint ON conrelid = relation.oid
        UNION ALL
        SELECT 'index', relation.name, regexp_replace(pg_get_indexdef(relation.oid), '_20\d{6}', '_day', 'g') FROM relation WHERE relkind IN ('i', 'I')
        UNION ALL
        SELECT 'policy', relation.name || '.' || polname, concat_ws(' ', polpermissive, polcmd, (SELECT array_agg(role::regrole) FROM unnest(polroles) AS role WHERE role <> 0),
            pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM relation JOIN pg_policy ON polrelid = relation.oid
        UNION ALL
        SELECT 'trigger', relation.name || '.' || tgname, regexp_replace(pg_get_triggerdef(pg_trigger.oid), '_20\d{6}', '_day', 'g')
        FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
        UNION ALL
        SELECT 'view', relation.name, pg_get_viewdef(relation.oid) FROM relation WHERE relkind = 'v'
        UNION ALL
        SELECT 'sequence', relation.name, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
        FROM relation JOIN pg_sequence ON seqrelid = relation.oid
        UNION ALL
        SELECT 'function', oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), proowner::regrole, proacl, obj_description(oid, 'pg_proc'))
        FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND prokind IN ('f', 'p')
        UNION ALL
        SELECT 'type', typname, concat_ws(' ', typtype, typowner::regrole, typacl, obj_description(oid, 'pg_type'))
        FROM pg_type WHERE typnamespace = 'command_center'::regnamespace AND typelem = 0 AND typname !~ '_20\d{6}'
        UNION ALL
        SELECT 'schema', nspname, concat_ws(' ', nspowner::regrole, nspacl) FROM pg_namespace WHERE nspname = 'command_center'
        UNION ALL
        SELECT 'member', pg_describe_object(classid, objid, 0), '' FROM member
        UNION ALL
        SELECT 'step', setup_steps.name, step::text FROM command_center.setup_steps
    )
    SELECT DISTINCT kind, name, definition FROM described
$$;
