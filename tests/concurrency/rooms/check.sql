\t on
-- By a query of its own: no two locks of a room share a night, no night of the type has more than there are.
SELECT 'overlaps', count(*) FROM availability_guard.inventory_locks AS one JOIN availability_guard.inventory_locks AS other
    ON other.room_id = one.room_id AND other.lock_id > one.lock_id AND lower(other.stay) < upper(one.stay) AND lower(one.stay) < upper(other.stay);
SELECT 'overcommitted nights', count(*) FROM (SELECT night FROM generate_series(date '2027-03-01', date '2027-05-01', '1 day') AS night
    JOIN availability_guard.inventory_locks ON stay @> night::date AND room_type_id = test.id(2, 2) AND hold <> 'tentative' AND expires_at > clock_timestamp()
    GROUP BY night HAVING count(*) > 3) AS night;
SELECT 'broken', count(*) FROM availability_guard.verify();
SELECT 'kinds', string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM availability_guard.lock_events WHERE kind IN ('locked', 'changed', 'confirmed', 'extended', 'released');
SELECT 'begun again', count(*) > 0 FROM test.begun_again;
SELECT 'other than begun again', count(*) FROM test.begun_again WHERE sqlstate <> '40001';
-- Each change of a lock raised its version by one, from whatever session it came.
SELECT 'versions without a gap', count(*) FROM (SELECT lock_id, version, lag(version) OVER (PARTITION BY lock_id ORDER BY event_id) AS before, kind
    FROM availability_guard.lock_events) AS event WHERE version <> CASE WHEN before IS NULL THEN 1 WHEN kind IN ('released', 'expired', 'repeated') THEN before ELSE before + 1 END;
SELECT availability_guard.maintain() IS NOT NULL AS maintained;
SELECT 'broken', count(*) FROM availability_guard.verify();
