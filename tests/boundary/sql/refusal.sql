-- A refusal becomes data and the session goes on without a subtransaction; every other failure leaves as it is.
SET search_path = boundary_test, pg_catalog;
SELECT way, refuse(way) FROM unnest(ARRAY['Error', 'Error with a percent sign', 'Error with a message only', 'Error with long texts',
    'Error with an endless detail', 'Error with bytes that are no text', 'not at all']) WITH ORDINALITY AS ways (way, position) ORDER BY position;
SELECT * FROM aftermath();
-- What is no refusal of ours is not stopped.
SELECT way, state FROM unnest(ARRAY['std::exception', 'int', 'bad_alloc', 'raise through call_pg']) WITH ORDINALITY AS ways (way, position),
    LATERAL error_of(format('SELECT refuse(%L)', way)) ORDER BY position;
SELECT state, message FROM error_of($$SELECT refuse_query('SELECT 1 / 0')$$);
SELECT state, message FROM error_of($$SELECT refuse_query('SELECT fail(''Error'')')$$);
SELECT refuse_query('SELECT 1');
SELECT * FROM aftermath();
-- Many refusals in one statement, and the statement's own work stays.
DELETE FROM rooms;
WITH refused AS (SELECT count(*) AS refusals FROM generate_series(1, 10000) WHERE refuse('Error') LIKE 'refused%')
INSERT INTO rooms SELECT refusals, 'kept' FROM refused;
SELECT number FROM rooms;
BEGIN;
SAVEPOINT before;
SELECT refuse('Error') LIKE 'refused%' AS refused;
ROLLBACK TO before;
SELECT refuse('Error') LIKE 'refused%' AS refused;
COMMIT;
SELECT * FROM aftermath();
