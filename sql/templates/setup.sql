-- The SET clauses fix what the statements of a step depend on: they mean the same whatever the caller has set, for itself or in its database.
CREATE FUNCTION {schema}.setup() RETURNS integer
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    SET standard_conforming_strings = on SET backslash_quote = safe_encoding SET array_nulls = on SET transform_null_equals = off
    SET quote_all_identifiers = off SET check_function_bodies = on SET row_security = on
    SET default_tablespace = '' SET default_table_access_method = heap
    SET "DateStyle" = 'ISO, YMD' SET "IntervalStyle" = postgres SET "TimeZone" = 'UTC' SET bytea_output = hex SET extra_float_digits = 1
AS $setup$
DECLARE
    next_step record;
    steps_done integer := 0;
    steps_adopted integer := 0;
    adopting boolean := false;
    owner name;
    there_before oid[];
    granted_by_default record;
BEGIN
    -- What another setup() has made meanwhile is seen from here on.
    PERFORM command_center.lock_for_setup('{schema}');
    there_before := ARRAY(SELECT oid FROM pg_class WHERE relnamespace = '{schema}'::regnamespace
        UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = '{schema}'::regnamespace);
    owner := (SELECT pg_get_userbyid(relation.relowner) FROM pg_class AS relation
        WHERE relation.oid = to_regclass('{schema}.setup_steps'));
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'database has the encoding %, not UTF8', current_setting('server_encoding')
            USING ERRCODE = 'KC015', HINT = 'Messages are UTF-8. Create the database with ENCODING ''UTF8''.';
    END IF;
    IF '{schema}' <> 'command_center' AND to_regclass('command_center.setup_steps') IS NULL THEN
        RAISE EXCEPTION 'extension "{schema}" needs the tables of the Command Center'
            USING ERRCODE = 'KC015', HINT = 'Call command_center.setup() first.';
    END IF;
    -- The functions act as the owner of one of the tables, who must therefore own every one.
    IF owner <> current_user THEN
        RAISE EXCEPTION 'tables belong to role "%", not "%"', owner, current_user
            USING ERRCODE = 'KC015', HINT = format('SET ROLE %I and call {schema}.setup() again.', owner);
    END IF;
    IF to_regclass('{schema}.setup_steps') IS NULL THEN
        CREATE TABLE {schema}.setup_steps (
            step integer NOT NULL,
            name text NOT NULL,
            done_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT setup_steps_pkey PRIMARY KEY (step)
        );
    ELSE
        -- A dump of the schema alone has every table and not one row.
        adopting := NOT EXISTS (SELECT FROM {schema}.setup_steps);
    END IF;
    FOR next_step IN
        SELECT definition.step, definition.name, definition.statements
        FROM {schema}.setup_definitions() AS definition
        WHERE definition.step NOT IN (SELECT done.step FROM {schema}.setup_steps AS done)
        ORDER BY definition.step
    LOOP
        BEGIN
            EXECUTE next_step.statements;
            steps_done := steps_done + 1;
        EXCEPTION WHEN duplicate_table OR duplicate_column OR duplicate_object OR duplicate_function OR duplicate_schema THEN
            IF NOT adopting THEN
                RAISE;
            END IF;
            steps_adopted := steps_adopted + 1;
        END;
        INSERT INTO {schema}.setup_steps (step, name) VALUES (next_step.step, next_step.name);
    END LOOP;
    IF steps_adopted > 0 THEN
        -- A step counts as taken where the first thing that it makes is there; what the dump lacked of the others is not made.
        RAISE NOTICE 'tables that a restored schema has already were adopted'
            USING HINT = 'command_center.doctor() says what the schema lacks, if it was not restored as a whole.';
        {adopted}
    END IF;
    -- What the levels may do is granted below: default privileges of the owner are for tables and functions of its own. What PUBLIC may
    -- do with a function is what its step says.
    FOR granted_by_default IN
        SELECT made.object, string_agg(DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END, ', ') AS others
        FROM (SELECT oid, oid::regclass::text AS object, relacl AS granted, relowner AS owner FROM pg_class
                WHERE relnamespace = '{schema}'::regnamespace
            UNION ALL SELECT oid, format('FUNCTION %s', oid::regprocedure), proacl, proowner FROM pg_proc
                WHERE pronamespace = '{schema}'::regnamespace) AS made
        CROSS JOIN LATERAL aclexplode(made.granted) AS acl
        WHERE made.oid <> ALL (there_before) AND acl.grantee <> made.owner AND (acl.grantee <> 0 OR acl.privilege_type <> 'EXECUTE')
        GROUP BY made.object
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', granted_by_default.object, granted_by_default.others);
    END LOOP;
    PERFORM {schema}.maintain();
    -- What the levels may do has grown with this version. A role may have been dropped since, and another have its name.
    IF has_function_privilege(current_user, 'command_center.grant_access(text, text)', 'EXECUTE') THEN
        PERFORM command_center.grant_access(granted.role, granted.level)
        FROM command_center.access_grants AS granted JOIN pg_roles AS known ON known.rolname = granted.role
        CROSS JOIN (SELECT system_identifier::text AS id FROM pg_control_system()) AS cluster
        WHERE split_part(granted.role_identity, '.', 1) IS DISTINCT FROM cluster.id OR granted.role_identity = format('%s.%s', cluster.id, known.oid);
    ELSE
        RAISE NOTICE 'rights of the levels were left as they are'
            USING HINT = 'An admin gives roles what a level has gained by calling command_center.grant_access() again.';
    END IF;
    -- What the extension declares of its own: commands, events and topics.
    IF to_regprocedure('{schema}.load_catalog(text)') IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM {schema}.catalog_definitions() AS definition WHERE definition.catalog = '{schema}') THEN
            NULL;
        ELSIF (SELECT bool_and(has_function_privilege(needed.oid, 'EXECUTE')) FROM pg_proc AS needed WHERE needed.pronamespace = 'command_center'::regnamespace
                AND needed.proname IN ('list_services', 'set_service', 'list_topics', 'set_topic', 'list_commands', 'register_command', 'list_events', 'register_event')) THEN
            PERFORM {schema}.load_catalog(catalog => '{schema}');
        ELSE
            RAISE NOTICE 'what the extension declares was not registered'
                USING HINT = 'An operator calls {schema}.load_catalog(''{schema}'').';
        END IF;
    END IF;
    RETURN steps_done;
END
$setup$;
COMMENT ON FUNCTION {schema}.setup() IS
'Creates or migrates the tables as ordinary objects of the calling role, in one transaction, and answers how many steps it took: 0 '
'when there was nothing to do. Call it after CREATE EXTENSION and after each ALTER EXTENSION UPDATE. DROP EXTENSION keeps the tables. '
'Tables that a dump of the schema alone has brought are adopted. Errors: KC015 when the tables belong to another role.';
REVOKE ALL ON FUNCTION {schema}.setup() FROM PUBLIC;
