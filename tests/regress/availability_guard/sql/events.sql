-- Every change of a lock is an event in the outbox, in the same transaction, and passes the schema that is registered; a call that changes nothing tells nothing.
\set SHOW_CONTEXT never
CALL test.start();
TRUNCATE command_center.transactional_outbox;
SELECT event_type, version, status, topic, ordered, schema IS NOT NULL AS has_schema FROM command_center.list_events() ORDER BY event_type;
SELECT topic, kind, key_required FROM command_center.list_topics() ORDER BY topic;
CREATE TEMP VIEW told AS SELECT topic, headers ->> 'ce_type' AS type, headers ->> 'ce_eventversion' AS version, partition_key AS key, headers ->> 'x-correlation-id' AS correlation,
    value::jsonb -> 'payload' AS payload, "position" FROM command_center.transactional_outbox;
GRANT SELECT ON told TO PUBLIC;
CREATE FUNCTION test.lock(reservation integer, arrival integer, departure integer, room integer DEFAULT NULL, key text DEFAULT NULL, hold text DEFAULT NULL, request text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(reservation), test.type(), test.march(arrival), test.march(departure), test.room(room),
        reason => 'RESERVATION_CREATE', correlation_id => 'c-' || reservation, idempotency_key => key, hold => hold, initiator => '{"userId": "u-1"}', request_id => request)
$$;
SELECT test.lock(1, 10, 12, 1, 'k-1', NULL, 'q-1');
-- The first one, whole.
SELECT topic, type, version, key, correlation, payload - '{lockId,expiresAt}'::text[] AS payload, payload ->> 'expiresAt' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$' AS expires,
    (payload ->> 'lockId')::uuid = (SELECT lock_id FROM availability_guard.inventory_locks) AS same_lock FROM told;
-- Changed, extended, confirmed, released; what changes nothing is no event.
SELECT test.lock(1, 10, 13, 1, 'k-1', NULL, 'q-2');
SELECT test.lock(1, 10, 12, 1, 'k-1', NULL, 'q-1') AS known_request, test.lock(1, 10, 13, 1, 'k-1', NULL, 'q-3') AS same_content, test.lock(2, 11, 12, 1) AS conflict;
SELECT status FROM availability_guard.extend_lock(test.tenant(), (SELECT lock_id FROM availability_guard.inventory_locks), 600);
SELECT status FROM availability_guard.confirm_lock(test.tenant(), (SELECT lock_id FROM availability_guard.inventory_locks));
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(1), reason => 'CANCELLED');
SELECT type, payload ->> 'change' AS change, payload -> 'version' AS version, payload ->> 'stayEnd' AS departure, payload ->> 'hold' AS hold, payload -> 'expiresAt' = 'null' AS never,
    payload ->> 'releaseReason' AS why, payload ? 'releasedAt' AS ended, payload -> 'actor' AS actor FROM told ORDER BY "position";
-- An expired lock that somebody comes across, and one that is tidied up.
TRUNCATE command_center.transactional_outbox;
SELECT test.lock(3, 10, 12, 2), test.lock(4, 10, 12, 3);
CALL test.expire(3);
CALL test.expire(4);
SELECT test.lock(5, 11, 12, 2);
SELECT availability_guard.maintain() >= 0 AS maintained;
SELECT type, payload ->> 'change' AS change, right(key, 1) AS reservation, payload ->> 'releaseReason' AS why FROM told ORDER BY "position";
-- All or nothing, as the locks; and what is rolled back tells nothing.
TRUNCATE command_center.transactional_outbox;
SELECT status FROM availability_guard.lock_rooms(ARRAY[ROW(test.tenant(), test.reservation(6), test.type(), '2097-03-10', '2097-03-12', test.room(6), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ROW(test.tenant(), test.reservation(7), test.type(), '2097-03-10', '2097-03-12', test.room(2), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)]::availability_guard.lock_request[]);
BEGIN;
SELECT test.lock(6, 10, 12, 6);
ROLLBACK;
SELECT count(*) AS told FROM told;
-- Somebody whose initiator is no object, and an id with quotes in it.
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), test.march(10), test.march(12), test.room(6), reason => E'a "quoted"\nreason', initiator => '"night audit"', line => 'B "1"');
SELECT payload ->> 'reason' AS reason, payload -> 'actor' AS actor, payload ->> 'line' AS line FROM told;
-- A dispatcher needs no right on the event, its topic or the tables; and publishes none by itself.
CREATE ROLE test_desk;
SELECT command_center.grant_access('test_desk', 'dispatcher');
SELECT command_center.bind_role('test_desk', test.tenant());
GRANT USAGE ON SCHEMA test TO test_desk;
SET ROLE test_desk;
SELECT test.lock(8, 10, 12, 8);
SELECT command_center.publish_event('inventory.events', 'inventory.locked', '{}', test.tenant(), 'k');
\echo :SQLSTATE
RESET ROLE;
SELECT count(*) FROM told WHERE right(key, 1) = '8';
-- The shadow of a topic takes what is registered for it, and nothing else.
SELECT command_center.explain_event('inventory.events.shadow', 'inventory.locked', (SELECT payload FROM told ORDER BY "position" DESC LIMIT 1), test.tenant(), 'k') ->> 'accepted' AS registered;
SELECT command_center.explain_event('inventory.events.shadow', 'inventory.locked', '{}', test.tenant(), 'k') #>> '{refusal,sqlstate}' AS invalid;
SELECT command_center.explain_event('inventory.events.shadow', 'inventory.other', '{}', test.tenant(), 'k') -> 'accepted' AS other;
SELECT command_center.explain_event('inventory.events.shadows', 'inventory.locked', '{}', test.tenant(), 'k') -> 'accepted' AS no_shadow;
-- An operator ends it: locks go on, and doctor() says so. Loading the catalogue again does not bring it back.
TRUNCATE command_center.transactional_outbox;
BEGIN;
SELECT command_center.deprecate_event('inventory.locked');
SELECT test.lock(9, 10, 12, 9);
SELECT count(*) FROM told;
SELECT severity, name, finding FROM availability_guard.doctor();
SELECT availability_guard.load_catalog('availability_guard');
SELECT test.lock(9, 10, 13, 9);
SELECT count(*) FROM told;
ROLLBACK;
SELECT availability_guard.load_catalog('other');
\echo :SQLSTATE
-- Every example of the catalogue does what it says, and no schema draws a warning.
SELECT definition.name, finding.* FROM availability_guard.catalog_definitions() AS definition, LATERAL command_center.lint_schema(definition.content -> 'schema') AS finding WHERE definition.content ? 'schema';
DROP OWNED BY test_desk;
DROP ROLE test_desk;
DROP FUNCTION test.lock;
