-- Two tenants, each with one limit: a hundred a second and fifty at once, whose tokens are given back whole; five hundred a second and five
-- at once, whose tokens grow back while a transaction runs.
CREATE EXTENSION command_center;
SELECT command_center.setup();
SELECT command_center.set_service('counter');
SELECT command_center.register_command('test.count', '{"type": "object"}', default_target => 'counter');
SELECT command_center.set_feature('enabled', tenant_id => '00000000-0000-0000-0000-000000000001',
    limits => '{"per": "tenant", "maxPerMinute": 6000, "burst": 50}');
SELECT command_center.set_feature('enabled', tenant_id => '00000000-0000-0000-0000-000000000002',
    limits => '{"per": "tenant", "maxPerMinute": 30000, "burst": 5}');

CREATE SCHEMA test;
CREATE SEQUENCE test.accepted;
CREATE SEQUENCE test.refused;

-- Sends one command; a refusal is undone alone. Sequences count what is rolled back as well.
CREATE FUNCTION test.send(tenant integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.count', '{}', ('00000000-0000-0000-0000-00000000000' || tenant)::uuid);
    PERFORM nextval('test.accepted');
EXCEPTION WHEN SQLSTATE 'KC010' THEN
    PERFORM nextval('test.refused');
END $$;

CREATE FUNCTION test.send_batch(tenant integer) RETURNS void LANGUAGE sql AS $$
    SELECT nextval(CASE WHEN status = 'accepted' THEN 'test.accepted' ELSE 'test.refused' END)
    FROM command_center.execute_commands(ARRAY(SELECT
        ROW('test.count', '{}', '00000000-0000-0000-0000-00000000000' || tenant, NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request
        FROM generate_series(1, 3)))
$$;
