-- simulate_route splits past dispatches as the policy would have; nothing changes.
\set SHOW_CONTEXT never
CALL test.start();
SELECT command_center.set_service('v1'), command_center.set_service('v2');
SELECT count(*) FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 1}]}');
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 1}]}');
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', n::text), test.tenant())) FROM generate_series(1, 1000) AS n;

-- Today's split, and one fifth moved: rendezvous hashing moves keys to the new target only, so what stays stays.
SELECT * FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 1}]}');
SELECT target_service, dispatches, dispatched_before
FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 80}, {"serviceId": "v2", "weight": 20}]}');
-- What was simulated is what happens.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 80}, {"serviceId": "v2", "weight": 20}]}');
SELECT target_service, count(*) FROM generate_series(1, 1000) AS n,
    LATERAL command_center.execute_command('test.book', jsonb_build_object('id', n::text), test.tenant()) GROUP BY 1 ORDER BY 1;
-- Only the latest of the sample count.
SELECT sum(dispatches) AS dispatches FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v2", "weight": 1}]}', 10);
-- Nobody is available; the fallback is.
SELECT * FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "nobody", "weight": 1}]}', 10);
SELECT * FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "nobody", "weight": 1}], "fallback": "v2"}', 10);
SELECT * FROM command_center.simulate_route('test.book', '{"targets": []}');
\echo :SQLSTATE
SELECT * FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 1}]}', 0);
\echo :SQLSTATE
SELECT * FROM command_center.simulate_route('test.book', '{"targets": [{"serviceId": "v1", "weight": 1}]}', 1000001);
\echo :SQLSTATE
