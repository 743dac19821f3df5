-- Every client uses the same keys in the same order, and notes what it was answered.
CREATE EXTENSION command_center;
SELECT command_center.setup();
SELECT command_center.set_service('counter');
SELECT command_center.register_command('test.count', '{"type": "object"}', default_target => 'counter');
CREATE TABLE answers (step integer, client integer, command_id uuid, replayed boolean);
CREATE FUNCTION use_key(step integer, client integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO answers SELECT step, client, command_id, replayed FROM command_center.execute_command('test.count',
        jsonb_build_object('n', step), '00000000-0000-0000-0000-000000000001', idempotency_key => 'key ' || step)
$$;
