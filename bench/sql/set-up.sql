-- Makes a database ready for commands of the hotel catalogue, and a role that may execute them for every tenant.
SET client_min_messages = warning;
CREATE EXTENSION command_center;
SELECT command_center.setup();
SELECT command_center.load_catalog('hotel');
DO $$ BEGIN
    IF to_regrole('bench_service') IS NULL THEN
        CREATE ROLE bench_service LOGIN;
    END IF;
END $$;
SELECT command_center.grant_access('bench_service', 'dispatcher');
SELECT command_center.bind_role('bench_service', NULL);
