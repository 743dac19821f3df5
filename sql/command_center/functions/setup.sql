CREATE FUNCTION command_center.setup() RETURNS integer
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $setup$
DECLARE
    next_step record;
    steps_done integer := 0;
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'database has the encoding %, not UTF8', current_setting('server_encoding')
            USING ERRCODE = 'KC015', HINT = 'Messages are UTF-8. Create the database with ENCODING ''UTF8''.';
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
    RETURN steps_done;
END
$setup$;
COMMENT ON FUNCTION command_center.setup() IS
'Creates or migrates the tables as ordinary objects of the calling role, in one transaction, and answers how many steps it took: 0 '
'when there was nothing to do. Call it after CREATE EXTENSION and after each ALTER EXTENSION UPDATE. DROP EXTENSION keeps the tables.';
REVOKE ALL ON FUNCTION command_center.setup() FROM PUBLIC;
