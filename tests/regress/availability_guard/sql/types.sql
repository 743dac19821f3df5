-- As many of a type as there are in each night: held <= capacity + overbooking - out of order. A lock of a room counts for its type.
\set SHOW_CONTEXT never
CALL test.start();
CREATE FUNCTION test.lock(reservation integer, first integer, last integer, room integer DEFAULT NULL, hold text DEFAULT NULL, type integer DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, 'v' || version, test.shown(witness)) FROM availability_guard.lock_room(test.tenant(),
        test.reservation(reservation), test.type(type), test.march(first), test.march(last), test.room(room), hold => hold) $$;
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-10,2097-03-14)', 2);
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-12,2097-03-13)', 2, overbooking => 1, out_of_order => 2);
SELECT test.lock(1, 10, 12), test.lock(2, 9, 11, 1);
SELECT test.lock(3, 10, 12);
SELECT test.lock(3, 11, 13);
SELECT test.lock(4, 12, 13);
SELECT test.lock(4, 13, 14), test.lock(5, 13, 20), test.lock(6, 13, 14);
-- Nights without a row are unlimited, and so is another type, another tenant.
SELECT test.lock(7, 14, 30), test.lock(8, 10, 12, type => 2);
SELECT * FROM availability_guard.availability(test.tenant(), test.type(), '[2097-03-09,2097-03-15)');
-- Tentative holds are judged, count for nothing, and are judged again when they are confirmed.
CREATE FUNCTION test.confirm(reservation integer) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', status, 'v' || version, test.shown(witness)) FROM availability_guard.confirm_lock(test.tenant(),
        (SELECT lock_id FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(reservation))) $$;
SELECT test.lock(9, 10, 11, hold => 'tentative');
SELECT status, version FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(1));
SELECT test.lock(9, 10, 11, hold => 'tentative'), test.lock(10, 10, 12, hold => 'tentative');
SELECT night, held FROM availability_guard.availability(test.tenant(), test.type(), '[2097-03-10,2097-03-12)');
SELECT test.confirm(10);
SELECT test.confirm(9);
SELECT night, held FROM availability_guard.availability(test.tenant(), test.type(), '[2097-03-10,2097-03-12)');
SELECT status, version FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(10));
-- Who counts already is confirmed whatever is held.
SELECT test.confirm(3);
-- What has expired counts no more, though it is there.
SELECT test.lock(11, 10, 11), test.lock(12, 10, 11);
CALL test.expire(11);
SELECT test.lock(12, 10, 11);
-- Cutting the capacity below what is held is reported and not refused.
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-10,2097-03-14)', 0);
SELECT * FROM availability_guard.overcommitted_nights(test.tenant());
SELECT * FROM availability_guard.availability(test.tenant(), test.type(), '[2097-03-13,2097-03-15)');
-- Who holds a night keeps it, and may give back some: only nights that are new are asked for.
SELECT test.lock(5, 13, 19);
SELECT test.lock(5, 12, 19);
SELECT test.lock(2, 10, 11, 2);
-- Unlimited again.
SELECT availability_guard.set_capacity(test.tenant(), test.type(), '[2097-03-01,2097-03-31]', NULL);
SELECT * FROM availability_guard.overcommitted_nights(test.tenant());
SELECT test.lock(13, 10, 14);
SELECT * FROM availability_guard.verify();
DROP FUNCTION test.lock, test.confirm;
