-- A role reaches and sees the locks of the tenants that the Command Center binds it to, by no function any other.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE ROLE test_a;
CREATE ROLE test_b;
SELECT command_center.bind_role('test_a', test.tenant(1)), command_center.bind_role('test_b', test.tenant(2));
SELECT command_center.grant_access(role, level) FROM unnest('{test_a, test_b}'::text[]) AS role, unnest('{reader, dispatcher}'::text[]) AS level;
GRANT USAGE ON SCHEMA test TO test_a, test_b;
SET ROLE test_b;
SELECT lock_id AS lock_of_b FROM availability_guard.lock_room(test.tenant(2), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1)) \gset
SET ROLE test_a;
SELECT status FROM availability_guard.lock_room(test.tenant(1), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT tenant_id, stay FROM availability_guard.inventory_locks;
SELECT count(*) FROM availability_guard.lock_events;
-- The same words for a tenant that there is and for one that there is not.
SELECT availability_guard.lock_room(test.tenant(2), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
\echo :SQLSTATE
SELECT availability_guard.lock_room(test.tenant(9), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT availability_guard.check_room(test.tenant(2), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT availability_guard.require_lock(test.tenant(2), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT availability_guard.lock_rooms(ARRAY[(test.tenant(2), test.reservation(1), test.type(), '2097-03-10', '2097-03-12', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::availability_guard.lock_request]);
SELECT availability_guard.lock_rooms(ARRAY[(test.tenant(1), test.reservation(1), test.type(), '2097-03-10', '2097-03-12', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::availability_guard.lock_request,
    (test.tenant(2), test.reservation(1), test.type(), '2097-03-10', '2097-03-12', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::availability_guard.lock_request]);
SELECT availability_guard.get_lock(test.tenant(2), :'lock_of_b');
SELECT availability_guard.extend_lock(test.tenant(2), :'lock_of_b');
SELECT availability_guard.confirm_lock(test.tenant(2), :'lock_of_b');
SELECT availability_guard.release_room(test.tenant(2), :'lock_of_b');
SELECT availability_guard.bulk_release(test.tenant(2), ARRAY[:'lock_of_b']::uuid[]);
SELECT availability_guard.availability(test.tenant(2), test.type(), '[2097-03-10,2097-03-11)');
SELECT availability_guard.overcommitted_nights(test.tenant(2));
-- By its own tenant the lock of another is none.
SELECT availability_guard.get_lock(test.tenant(1), :'lock_of_b');
SELECT availability_guard.extend_lock(test.tenant(1), :'lock_of_b');
SELECT availability_guard.release_room(test.tenant(1), :'lock_of_b');
SELECT availability_guard.bulk_release(test.tenant(1), ARRAY[:'lock_of_b']::uuid[]);
SELECT availability_guard.set_room(test.tenant(1), test.room(1), test.type());
SELECT availability_guard.verify();
INSERT INTO availability_guard.inventory_locks SELECT;
RESET ROLE;
-- An operator of one tenant changes that one alone.
SELECT command_center.grant_access('test_b', 'reader');
GRANT EXECUTE ON FUNCTION availability_guard.set_property, availability_guard.set_room, availability_guard.set_guard, availability_guard.set_capacity, availability_guard.verify TO test_b;
SET ROLE test_b;
SELECT availability_guard.set_property(test.tenant(1), test.property(), 'Europe/Rome');
SELECT availability_guard.set_room(test.tenant(1), test.room(1), test.type(2));
SELECT availability_guard.set_guard(test.tenant(1), 1, 1);
SELECT availability_guard.set_capacity(test.tenant(1), test.type(), '[2097-03-10,2097-03-11)', 0);
SELECT availability_guard.verify();
\echo :SQLSTATE
SELECT availability_guard.set_room(test.tenant(2), test.room(1), test.type());
RESET ROLE;
SELECT tenant_id, version FROM availability_guard.inventory_locks ORDER BY tenant_id;
SELECT count(*) FROM pg_inherits WHERE inhparent = 'availability_guard.lock_events'::regclass AND has_table_privilege('test_a', inhrelid, 'SELECT');
SELECT * FROM availability_guard.verify();
DROP OWNED BY test_a, test_b;
DROP ROLE test_a, test_b;
