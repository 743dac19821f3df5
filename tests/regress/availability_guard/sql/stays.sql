-- Dates are taken as they are; an instant is a date in the zone of the property, and of nothing else.
\set SHOW_CONTEXT never
CALL test.start();
SELECT availability_guard.set_property(test.tenant(), test.property(1), 'America/New_York'), availability_guard.set_property(test.tenant(), test.property(2), 'Pacific/Apia');
SELECT availability_guard.set_room(test.tenant(), test.room(1), test.type(), test.property(1)), availability_guard.set_room(test.tenant(), test.room(2), test.type());
CREATE FUNCTION test.stay(reservation integer) RETURNS daterange LANGUAGE sql AS $$
    SELECT stay FROM availability_guard.inventory_locks WHERE reservation_id = test.reservation(reservation) $$;
SET timezone = 'Asia/Tokyo';
-- Text without a type, as drivers send it.
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), '2027-03-01', '2027-03-03', test.room(9));
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), '2027-03-01T00:00Z', '2027-03-03T00:00Z', test.room(1));
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(3), test.type(), timestamptz '2027-03-05 00:00Z', timestamptz '2027-03-07 00:00Z', property_id => test.property(1));
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(4), test.type(), timestamptz '2011-12-30 09:59Z', timestamptz '2011-12-30 10:00Z', property_id => test.property(2));
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(5), test.type(), '2027-03-01T23:30', '2027-03-03T00:30', property_id => test.property(1));
SELECT number, test.stay(number) FROM generate_series(1, 5) AS number;
RESET timezone;
-- An arrival in the afternoon and a departure that is the same date in the hotel.
\set VERBOSITY terse
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), '2027-03-01T20:00Z', '2027-03-02T03:30Z', test.room(1));
\echo :SQLSTATE
-- No property, no zone; no such property; a room without one.
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), '2027-03-01T20:00Z', '2027-03-04T03:30Z');
\echo :SQLSTATE
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), '2027-03-01T20:00Z', '2027-03-04', property_id => test.property(9));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), '2027-03-01T20:00Z', '2027-03-04', test.room(2));
SELECT availability_guard.lock_room(test.tenant(2), test.reservation(6), test.type(), '2027-03-01T20:00Z', '2027-03-04', property_id => test.property(1));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), 'infinity'::timestamptz, '2027-03-04'::timestamptz, property_id => test.property(1));
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), 'soon', '2027-03-04');
\echo :SQLSTATE
SELECT availability_guard.lock_room(test.tenant(), test.reservation(6), test.type(), '290000-01-01Z'::timestamptz, '294000-01-01Z'::timestamptz, property_id => test.property(1));
-- The whole calendar of a zone, through its transitions: the night is what the server's own arithmetic says.
\set VERBOSITY default
SELECT availability_guard.set_property(test.tenant(), test.property(number::integer), zone) FROM unnest('{Europe/Lisbon,Australia/Lord_Howe,Asia/Kathmandu,Pacific/Apia,Africa/Monrovia,America/St_Johns,Antarctica/Troll}'::text[])
    WITH ORDINALITY AS named (zone, number) \g /dev/null
SELECT availability_guard.set_property(test.tenant(3), property_id, zone) FROM availability_guard.properties WHERE tenant_id = test.tenant() \g /dev/null
CREATE TABLE test.tried AS
    SELECT md5(zone || instant)::uuid AS reservation_id, property_id, zone, instant FROM availability_guard.properties,
        generate_series(timestamptz '2009-01-01 00:30Z', '2014-01-01', '57 hours') AS instant WHERE tenant_id = test.tenant(3);
DO $$
DECLARE
    tried record;
    made integer := 0;
BEGIN
    FOR tried IN SELECT * FROM test.tried LOOP
        PERFORM availability_guard.lock_room(test.tenant(3), tried.reservation_id, test.type(), tried.instant, tried.instant + interval '49 h', property_id => tried.property_id);
        made := made + 1;
        IF made % 100 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
SELECT count(*), count(*) FILTER (WHERE lower(stay) <> (instant AT TIME ZONE zone)::date) AS other_arrival,
    count(*) FILTER (WHERE upper(stay) <> ((instant + interval '49 h') AT TIME ZONE zone)::date) AS other_departure
FROM test.tried JOIN availability_guard.inventory_locks USING (reservation_id) WHERE tenant_id = test.tenant(3);
-- A change of the zone moves no lock.
SELECT availability_guard.set_property(test.tenant(), test.property(1), 'Asia/Tokyo');
SELECT test.stay(3);
-- A room that is known is of its type.
SELECT availability_guard.lock_room(test.tenant(), test.reservation(7), test.type(2), '2027-05-01', '2027-05-02', test.room(1));
\echo :SQLSTATE
SELECT availability_guard.set_room(test.tenant(), test.room(1), test.type(2));
SELECT (availability_guard.lock_room(test.tenant(), test.reservation(7), test.type(2), '2027-05-01', '2027-05-02', test.room(1))).status;
SELECT * FROM availability_guard.verify();
DROP TABLE test.tried;
DROP FUNCTION test.stay;
