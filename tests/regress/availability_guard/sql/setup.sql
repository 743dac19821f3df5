-- setup() makes the tables beside those of the Command Center, and wants those first; nothing goes on without them, or without the constraint.
\set SHOW_CONTEXT never
CALL test.reset();
SELECT availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
\echo :SQLSTATE
SELECT availability_guard.availability(test.tenant(), test.type(), '[2097-03-10,2097-03-12)');
\echo :SQLSTATE
SELECT availability_guard.set_room(test.tenant(), test.room(1), test.type());
\echo :SQLSTATE
SELECT availability_guard.setup();
SELECT availability_guard.setup() AS again;
SELECT step, name FROM availability_guard.setup_steps ORDER BY step;
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1));
SELECT severity, name, finding FROM availability_guard.doctor();
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'availability_guard.%';
-- Whoever takes the proof away, in whatever way, stops the locks and nothing else.
BEGIN;
ALTER TABLE availability_guard.inventory_locks DROP CONSTRAINT inventory_locks_no_overlap;
SAVEPOINT before;
SELECT availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
\echo :SQLSTATE
ROLLBACK TO before;
SELECT severity, name, finding FROM availability_guard.doctor();
-- Another one of that name is none: it would let two rooms of one night be held in two modes, or two of one mode.
ALTER TABLE availability_guard.inventory_locks ADD CONSTRAINT inventory_locks_no_overlap EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH =) WHERE (room_id IS NOT NULL);
SAVEPOINT other;
SELECT availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
ROLLBACK TO other;
ALTER TABLE availability_guard.inventory_locks DROP CONSTRAINT inventory_locks_no_overlap;
ALTER TABLE availability_guard.inventory_locks ADD CONSTRAINT inventory_locks_no_overlap EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH &&)
    WHERE (room_id IS NOT NULL AND hold = 'confirmed');
SAVEPOINT other;
SELECT availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
ROLLBACK TO other;
ALTER TABLE availability_guard.inventory_locks DROP CONSTRAINT inventory_locks_no_overlap;
ALTER TABLE availability_guard.inventory_locks ADD CONSTRAINT inventory_locks_no_overlap EXCLUDE USING gist (tenant_id WITH =, room_id WITH =, mode WITH =, stay WITH &&)
    WHERE (room_id IS NOT NULL);
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
SELECT severity, name, finding FROM availability_guard.doctor();
ROLLBACK;
-- Another role may own these tables than those of the Command Center.
CREATE ROLE test_team;
GRANT CREATE ON SCHEMA availability_guard TO test_team;
GRANT USAGE ON SCHEMA test TO test_team;
SELECT command_center.grant_access('test_team', 'admin');
SELECT 'DROP TABLE ' || string_agg(oid::regclass::text, ', ' ORDER BY relname) FROM pg_class
    WHERE relnamespace = 'availability_guard'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition \gexec
DROP FUNCTION availability_guard.catalogue_changed();
SET ROLE test_team;
SELECT availability_guard.setup();
SELECT availability_guard.set_property(test.tenant(), test.property(), 'Europe/Rome');
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), '2097-03-10T12:00Z', '2097-03-12T12:00Z', property_id => test.property());
RESET ROLE;
SELECT action, object, role FROM command_center.control_audit WHERE action = 'availability_guard.set_property' AND role = 'test_team';
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'availability_guard.%';
SELECT * FROM availability_guard.verify();
-- The tables stay when the extension goes, and are adopted when it comes back.
DROP EXTENSION availability_guard;
SELECT count(*) FROM availability_guard.inventory_locks;
CREATE EXTENSION availability_guard;
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(1));
DROP EXTENSION availability_guard;
DROP OWNED BY test_team CASCADE;
DROP ROLE test_team;
