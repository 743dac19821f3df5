-- The commands of the guard do what the functions do, in the transaction of who sends them, or of the relay that consumed them; their result is the verdict.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
TRUNCATE command_center.transactional_outbox;
SELECT command_name, version, default_target FROM command_center.list_commands() ORDER BY command_name;
SELECT service_id, owner, status, topic, handler FROM command_center.list_services();
-- Every example is what it says.
DO $$
DECLARE
    command record;
    example jsonb;
BEGIN
    FOR command IN SELECT command_name, examples FROM command_center.command_templates LOOP
        FOR example IN SELECT jsonb_array_elements(command.examples -> 'invalid') LOOP
            BEGIN
                PERFORM command_center.execute_command(command.command_name, example, test.tenant());
                RAISE EXCEPTION 'accepted: % %', command.command_name, example;
            EXCEPTION WHEN SQLSTATE 'KC001' THEN
            END;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION test.wanted(reservation integer, room integer, arrival integer, departure integer) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('reservation_id', test.reservation(reservation), 'room_type_id', test.type(), 'room_id', test.room(room),
        'stay_start', test.march(arrival), 'stay_end', test.march(departure), 'idempotency_key', 'k-' || reservation)
$$;
CREATE FUNCTION test.shown_verdict(result jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT result - '{lockId,expiresAt,witness}'::text[] || jsonb_build_object('lock', result ? 'lockId', 'witness', test.shown(result -> 'witness'))
$$;
-- A lock, somebody who comes second, a change in place.
SELECT status, test.shown_verdict(result) FROM command_center.execute_command('inventory.lock.room', test.wanted(1, 1, 10, 12), test.tenant(), correlation_id => 'c-1', initiator => '{"role": "desk"}');
SELECT status, test.shown_verdict(result) FROM command_center.execute_command('inventory.lock.room', test.wanted(2, 1, 11, 13), test.tenant());
SELECT status, test.shown_verdict(result) FROM command_center.execute_command('inventory.lock.room', test.wanted(1, 1, 11, 13), test.tenant(), idempotency_key => 'i-1');
-- The command's key names the request: its answer is that of the first use, whatever stands now.
SELECT status, test.shown_verdict(result) FROM command_center.execute_command('inventory.lock.room', test.wanted(1, 1, 11, 13), test.tenant(), idempotency_key => 'i-1');
SELECT kind, version, event.correlation_id = 'c-1' AS correlated, event.initiator, event.request_id = dispatch.command_id::text AS by_command FROM availability_guard.lock_events AS event
    LEFT JOIN command_center.command_dispatches AS dispatch ON dispatch.command_id::text = event.request_id ORDER BY event_id;
-- Nothing goes to Kafka but the events.
SELECT topic, headers ->> 'ce_type' AS type, count(*) FROM command_center.transactional_outbox GROUP BY 1, 2;
SELECT test.shown_verdict(result) FROM command_center.execute_command('inventory.confirm.room', jsonb_build_object('lock_id', (SELECT lock_id FROM availability_guard.inventory_locks), 'version', 2), test.tenant());
SELECT command_center.execute_command('inventory.release.room', jsonb_build_object('lock_id', (SELECT lock_id FROM availability_guard.inventory_locks), 'version', 2), test.tenant());
\echo :SQLSTATE
SELECT result FROM command_center.execute_command('inventory.release.room', jsonb_build_object('reservation_id', test.reservation(1), 'reason', 'CANCELLED'), test.tenant());
SELECT result FROM command_center.execute_command('inventory.release.room', jsonb_build_object('reservation_id', test.reservation(1)), test.tenant());
-- Another tenant's id in the payload, an instant in a hotel without a zone.
SELECT command_center.execute_command('inventory.lock.room', test.wanted(1, 1, 10, 12) || jsonb_build_object('tenant_id', test.tenant(2)), test.tenant());
\echo :SQLSTATE
SELECT command_center.execute_command('inventory.lock.room', test.wanted(3, 1, 10, 12) || '{"stay_start": "2097-03-10T12:00:00Z"}', test.tenant());
\echo :SQLSTATE
SELECT availability_guard.handle_command(NULL);
\echo :SQLSTATE
-- A dispatcher of one tenant.
CREATE ROLE test_desk;
SELECT command_center.grant_access('test_desk', 'dispatcher');
SELECT command_center.bind_role('test_desk', test.tenant());
GRANT USAGE ON SCHEMA test TO test_desk;
SET ROLE test_desk;
SELECT test.shown_verdict(result) FROM command_center.execute_command('inventory.lock.room', test.wanted(4, 4, 10, 12), test.tenant());
SELECT command_center.execute_command('inventory.lock.room', test.wanted(4, 4, 10, 12), test.tenant(2));
SELECT availability_guard.handle_message(NULL);
RESET ROLE;
-- Many at once: each has its own verdict, and the locks of all are taken in one order before the first.
SELECT ordinal, outcome.status, test.shown_verdict(result), sqlstate FROM command_center.execute_commands(jsonb_build_array(
    jsonb_build_object('commandName', 'inventory.lock.room', 'tenantId', test.tenant(), 'payload', test.wanted(5, 5, 10, 12)),
    jsonb_build_object('commandName', 'inventory.lock.room', 'tenantId', test.tenant(), 'payload', test.wanted(6, 4, 10, 12)),
    jsonb_build_object('commandName', 'inventory.lock.room', 'tenantId', test.tenant(), 'payload', '{"reservation_id": 7}'),
    jsonb_build_object('commandName', 'inventory.lock.room', 'tenantId', test.tenant(2), 'payload', test.wanted(7, 7, 10, 12)),
    jsonb_build_object('commandName', 'inventory.release.bulk', 'tenantId', test.tenant(), 'payload', jsonb_build_object('lock_ids', (SELECT jsonb_agg(lock_id) FROM availability_guard.inventory_locks))))) AS outcome;
SELECT right(reservation_id::text, 1) AS reservation, right(tenant_id::text, 1) AS tenant FROM availability_guard.inventory_locks ORDER BY 1;
BEGIN;
SELECT count(*) FROM command_center.execute_commands(ARRAY(SELECT ROW('inventory.lock.room', test.wanted(number, 10 + number, 10, 12), test.tenant(), NULL, NULL, NULL, NULL, NULL, NULL)::command_center.command_request FROM unnest('{11,12}'::integer[]) AS number));
-- The tenant, two reservations, their type, two rooms.
SELECT mode, count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 17219 AND pid = pg_backend_pid() GROUP BY 1 ORDER BY 1;
ROLLBACK;
DELETE FROM availability_guard.inventory_locks;
DELETE FROM availability_guard.lock_events;
-- By Kafka, from another database: a subscription with the same handler.
SELECT availability_guard.load_catalog('consuming');
SELECT subscription, status, topics, handler, filter, max_attempts, dead_letter_topic, consumer_group FROM command_center.list_subscriptions();
SELECT command_center.set_subscription('availability-guard.commands', group_suffix => '-shadow');
SELECT consumer_group FROM command_center.list_subscriptions();
SELECT availability_guard.load_catalog('consuming');
CREATE FUNCTION test.sent(command text, payload jsonb, id integer, mode text DEFAULT 'execute', tenant uuid DEFAULT test.tenant()) RETURNS text LANGUAGE sql AS $$
    SELECT jsonb_build_object('metadata', jsonb_build_object('id', test.property(id), 'commandName', command, 'version', '1.0', 'tenantId', tenant, 'initiator', '{"role": "desk"}'::jsonb,
        'correlationId', 'c-' || id, 'mode', mode), 'payload', payload)::text
$$;
CREATE FUNCTION test.message(value text, at bigint DEFAULT 0, target text DEFAULT 'availability-guard-service') RETURNS command_center.kafka_message LANGUAGE sql AS $$
    SELECT ('commands.primary', 0, at, '2097-03-01Z', 'k', value, jsonb_build_object('x-command-target', target), NULL, NULL, NULL)::command_center.kafka_message
$$;
SELECT command_center.grant_access('test_desk', 'relay');
SELECT command_center.revoke_access('test_desk', 'dispatcher');
SET ROLE test_desk;
SELECT availability_guard.handle_message(test.message(test.sent('inventory.lock.room', test.wanted(1, 1, 10, 12), 1, tenant => test.tenant(3))));
SELECT availability_guard.handle_message(test.message(test.sent('inventory.lock.room', test.wanted(1, 1, 10, 12), 1, tenant => test.tenant(3))));
RESET ROLE;
SELECT kind, version, request_id = test.property(1)::text AS by_command, correlation_id, initiator FROM availability_guard.lock_events;
-- What cannot be carried out, and what is nobody's to carry out.
SELECT availability_guard.handle_message(test.message(test.sent('inventory.lock.room', test.wanted(2, 1, 10, 12), 2, tenant => test.tenant(3))));
\echo :SQLSTATE
SELECT availability_guard.handle_message(test.message(test.sent('inventory.lock.room', test.wanted(2, 2, 10, 12), 2, 'observe')));
SELECT availability_guard.handle_message(test.message(NULL)), availability_guard.handle_message(NULL);
SELECT availability_guard.handle_message(test.message(test.sent('inventory.lock.room', '{}', 3)));
\echo :SQLSTATE
SELECT availability_guard.handle_message(test.message(test.sent('inventory.other', '{}', 3)));
\echo :SQLSTATE
SELECT availability_guard.handle_message(test.message(value)) FROM (VALUES ('{'), ('[]'), ('{"metadata": {}}'), ('{"metadata": {"commandName": 1}, "payload": {}}')) AS wrong (value) LIMIT 1;
\echo :SQLSTATE
SELECT availability_guard.handle_message(test.message('{"metadata": {}}'));
SELECT availability_guard.handle_message(test.message('{"metadata": {"commandName": "inventory.lock.room"}, "payload": {}}'));
SELECT count(*) FROM availability_guard.inventory_locks;
-- As the relay applies them: a conflict is a dead letter at once, with its witness, and what follows goes on.
SELECT * FROM command_center.begin_consuming('availability-guard.commands', (SELECT subscription_id FROM command_center.list_subscriptions()), ARRAY[('commands.primary', 0, 0, NULL, NULL)::command_center.consumer_position]);
SELECT status, next_offset, handled, filtered, dead_letters FROM command_center.apply_messages('availability-guard.commands', (SELECT subscription_id FROM command_center.list_subscriptions()),
    ARRAY[('commands.primary', 0, 0, NULL, NULL)::command_center.consumer_position], ARRAY[
    test.message(test.sent('inventory.lock.room', test.wanted(5, 5, 10, 12), 5), 0), test.message(test.sent('inventory.lock.room', test.wanted(6, 5, 10, 12), 6), 1),
    test.message('for somebody else', 2, 'billing-service'), test.message(test.sent('inventory.lock.room', test.wanted(7, 7, 10, 12), 7), 3)]);
SELECT right(reservation_id::text, 1) AS reservation FROM availability_guard.inventory_locks WHERE tenant_id = test.tenant() ORDER BY 1;
SELECT topic, headers ->> 'x-dead-letter-sqlstate' AS sqlstate, headers ->> 'x-dead-letter-error' AS error FROM command_center.transactional_outbox WHERE topic = 'inventory.events.dlq';
SELECT * FROM availability_guard.verify();
SELECT command_center.remove_subscription('availability-guard.commands') AS removed;
DELETE FROM command_center.topics WHERE topic = 'inventory.events.dlq';
DROP OWNED BY test_desk;
DROP ROLE test_desk;
DROP FUNCTION test.wanted, test.shown_verdict, test.sent, test.message;
