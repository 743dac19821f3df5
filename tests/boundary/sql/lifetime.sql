-- An object made in a memory context lives exactly as long as that context.
SET search_path = boundary_test, pg_catalog;
SELECT keep_object('call', 'not at all');
SELECT live_objects();
BEGIN;
SELECT keep_object('transaction', 'not at all');
SELECT keep_object('transaction', 'not at all');
SELECT live_objects();
COMMIT;
SELECT live_objects();
-- The end of a transaction that failed
BEGIN;
SELECT keep_object('transaction', 'not at all');
SELECT fail('Error');
ROLLBACK;
SELECT live_objects();
-- Subtransactions: rolled back, released
BEGIN;
SAVEPOINT here;
SELECT keep_object('subtransaction', 'not at all');
ROLLBACK TO here;
SELECT live_objects();
SELECT keep_object('subtransaction', 'not at all');
SAVEPOINT there;
SELECT keep_object('subtransaction', 'not at all');
SELECT fail('Error');
ROLLBACK TO there;
SELECT live_objects();
RELEASE here;
SELECT live_objects();
COMMIT;
SELECT live_objects();
SELECT attempt('SELECT keep_object(''subtransaction'', ''not at all'')'), live_objects();
SELECT attempt_to_fail('SELECT keep_object(''subtransaction'', ''not at all'')', 'Error'), live_objects();
SELECT live_objects();
-- A constructor that fails leaves nothing, whatever the way.
BEGIN;
SAVEPOINT here;
SELECT keep_object('transaction', 'Error');
ROLLBACK TO here;
SELECT live_objects();
SELECT keep_object('transaction', 'bad_alloc');
ROLLBACK TO here;
SELECT live_objects();
SELECT keep_object('transaction', 'raise through call_pg');
ROLLBACK TO here;
SELECT live_objects();
COMMIT;
SELECT * FROM aftermath();
