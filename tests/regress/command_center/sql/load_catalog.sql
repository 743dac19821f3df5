-- The hotel catalogue: twelve commands whose examples do what they say, loaded twice with one effect.
\set SHOW_CONTEXT never
CALL test.reset();
SELECT command_center.setup() > 0 AS set_up;
SELECT command_center.load_catalog('hotel');
SELECT command_center.load_catalog('hotel');
SELECT command_name, version, status, default_target, partition_key, required_roles, sla FROM command_center.command_templates ORDER BY command_name;
SELECT command_name, policy FROM command_center.command_routes;
SELECT service_id, status FROM command_center.services ORDER BY service_id;
SELECT command_center.load_catalog('motel');
\echo :SQLSTATE

-- What operators changed since stays.
BEGIN;
SELECT command_center.set_service('billing-service', 'finance', 'down', 'billing.in');
SELECT FROM command_center.register_command('guest.register', '{"type": "object"}', default_target => 'billing-service');
SELECT command_center.deprecate_command('guest.merge');
SELECT version FROM command_center.remove_route('reservation.cancel');
CREATE TEMP TABLE before AS SELECT (SELECT array_agg(service) FROM command_center.services AS service) AS services,
    (SELECT array_agg(template) FROM command_center.command_templates AS template) AS templates,
    (SELECT array_agg(route) FROM command_center.command_routes AS route) AS routes, (SELECT count(*) FROM command_center.control_audit) AS changes;
SELECT command_center.load_catalog('hotel');
SELECT services = (SELECT array_agg(service) FROM command_center.services AS service) AS same_services,
    templates = (SELECT array_agg(template) FROM command_center.command_templates AS template) AS same_templates,
    routes IS NOT DISTINCT FROM (SELECT array_agg(route) FROM command_center.command_routes AS route) AS same_routes,
    changes = (SELECT count(*) FROM command_center.control_audit) AS nothing_audited
FROM before;
ROLLBACK;

-- No schema draws a warning.
SELECT command_name, finding.* FROM command_center.command_templates,
    LATERAL command_center.register_command(command_name, payload_schema, description, default_target,
        required_roles => required_roles, partition_key => partition_key, sla => sla, examples => examples) AS finding;

-- Every valid example of every command is accepted, and every invalid one refused with KC001.
DO $$
DECLARE
    command record;
    example jsonb;
    accepted integer := 0;
    refused integer := 0;
BEGIN
    FOR command IN SELECT command_name, examples FROM command_center.command_templates ORDER BY command_name LOOP
        FOR example IN SELECT jsonb_array_elements(command.examples -> 'valid') LOOP
            PERFORM command_center.execute_command(command.command_name, example, test.tenant(), '{"role": "ADMIN"}');
            accepted := accepted + 1;
        END LOOP;
        FOR example IN SELECT jsonb_array_elements(command.examples -> 'invalid') LOOP
            BEGIN
                PERFORM command_center.execute_command(command.command_name, example, test.tenant(), '{"role": "ADMIN"}');
                RAISE WARNING '% accepted %', command.command_name, example;
            EXCEPTION WHEN SQLSTATE 'KC001' THEN
                refused := refused + 1;
            END;
        END LOOP;
    END LOOP;
    RAISE NOTICE '% accepted, % refused', accepted, refused;
END $$;
-- Support acts as somebody else: not for everybody.
SELECT command_center.execute_command(command_name, examples -> 'valid' -> 0, test.tenant(), '{"role": "CASHIER"}')
FROM command_center.command_templates WHERE command_name = 'system.impersonation.start';
\echo :SQLSTATE
SELECT target_service, also_targets, count(*) > 0 AS dispatched FROM command_center.command_dispatches
WHERE command_name = 'reservation.cancel' GROUP BY 1, 2;
