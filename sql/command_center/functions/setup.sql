CREATE FUNCTION command_center.setup() RETURNS integer
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $setup$
DECLARE
    next_step record;
    steps_done integer := 0;
    owner name := (SELECT pg_get_userbyid(relation.relowner) FROM pg_class AS relation
        WHERE relation.oid = to_regclass('command_center.setup_steps'));
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'database has the encoding %, not UTF8', current_setting('server_encoding')
            USING ERRCODE = 'KC015', HINT = 'Messages are UTF-8. Create the database with ENCODING ''UTF8''.';
    END IF;
    -- The functions act as the owner of command_dispatches, who must therefore own every table.
    IF owner <> current_user THEN
        RAISE EXCEPTION 'tables belong to role "%", not "%"', owner, current_user
            USING ERRCODE = 'KC015', HINT = format('SET ROLE %I and call command_center.setup() again.', owner);
    END IF;
    PERFORM pg_advisory_xact_lock('pg_namespace'::regclass::integer, 'command_center'::regnamespace::oid::integer);
    IF to_regclass('command_center.setup_steps') IS NULL THEN
        CREATE TABLE command_center.setup_steps (
            step integer NOT NULL,
            name text NOT NULL,
            done_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT setup_steps_pkey PRIMARY KEY (step)
        );
    END IF;
    FOR next_step IN
        SELECT definition.step, definition.name, definition.statements
        FROM command_center.setup_definitions() AS definition
        WHERE definition.step NOT IN (SELECT done.step FROM command_center.setup_steps AS done)
        ORDER BY definition.step
    LOOP
        EXECUTE next_step.statements;
        INSERT INTO command_center.setup_steps (step, name) VALUES (next_step.step, next_step.name);
        steps_done := steps_done + 1;
    END LOOP;
    PERFORM command_center.maintain();
    -- What the levels may do has grown with this version. A role may have been dropped since.
    IF has_function_privilege(current_user, 'command_center.grant_access(text, text)', 'EXECUTE') THEN
        PERFORM command_center.grant_access(granted.role, granted.level)
        FROM command_center.access_grants AS granted JOIN pg_roles AS known ON known.rolname = granted.role;
    ELSE
        RAISE NOTICE 'rights of the levels were left as they are'
            USING HINT = 'An admin gives roles what a level has gained by calling command_center.grant_access() again.';
    END IF;
    RETURN steps_done;
END
$setup$;
COMMENT ON FUNCTION command_center.setup() IS
'Creates or migrates the tables as ordinary objects of the calling role, in one transaction, and answers how many steps it took: 0 '
'when there was nothing to do. Call it after CREATE EXTENSION and after each ALTER EXTENSION UPDATE. DROP EXTENSION keeps the tables. '
'Errors: KC015 when the tables belong to another role.';
REVOKE ALL ON FUNCTION command_center.setup() FROM PUBLIC;
