-- A cancelled statement ends wherever it is, and no subtransaction survives it.
SET search_path = boundary_test, pg_catalog;
-- On a timeout: in the server below C++ code, in C++ code, in a subtransaction, in C++ code in one.
SET statement_timeout = '250ms';
SELECT query('SELECT pg_sleep(60)');
SELECT loop('stop_requested');
SELECT loop('flag');
SELECT query('SELECT boundary_test.loop(''stop_requested'')');
SELECT attempt('SELECT pg_sleep(60)');
SELECT attempt('SELECT boundary_test.loop(''stop_requested'')');
SELECT attempt('SELECT boundary_test.loop(''flag'')');
RESET statement_timeout;
SELECT * FROM aftermath();
-- On request.
SELECT query('SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)');
SELECT cancel_and_loop('stop_requested');
SELECT cancel_and_loop('flag');
SELECT attempt('SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)');
SELECT attempt('SELECT boundary_test.cancel_and_loop(''stop_requested'')');
SELECT attempt('SELECT boundary_test.cancel_and_loop(''flag'')');
SELECT attempt('SELECT boundary_test.attempt(''SELECT boundary_test.cancel_and_loop(''''stop_requested'''')'')');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM aftermath();
-- What was done before a cancelled attempt goes with the statement.
WITH added AS (INSERT INTO rooms VALUES (401, 'lost') RETURNING number)
  SELECT attempt('SELECT boundary_test.cancel_and_loop(''flag'')') FROM added;
SELECT * FROM rooms WHERE number = 401;
-- A core that stops without an interrupt ends the statement; an interrupt that asks for nothing does not.
SELECT fail('Stopped');
\echo :LAST_ERROR_SQLSTATE
SELECT keep_object('transaction', 'Stopped');
SELECT attempt_to_fail('SELECT 1', 'Stopped');
SELECT outlive_harmless_interrupt();
SELECT * FROM aftermath();
