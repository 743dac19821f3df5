-- Shutdown and failed assertions are never survived; a session that ends inside C++ code takes no other with it.
SET search_path = boundary_test, pg_catalog;
CREATE FUNCTION gone(state text) RETURNS void LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'it is over' USING ERRCODE = state; END $$;
SELECT attempt('SELECT boundary_test.gone(''57014'')');
SELECT attempt('SELECT boundary_test.gone(''57P01'')');
SELECT attempt('SELECT boundary_test.gone(''57P02'')');
SELECT attempt('SELECT boundary_test.gone(''P0004'')');
SELECT attempt('DO ''BEGIN ASSERT false; END''');
\echo :LAST_ERROR_SQLSTATE
-- The neighbours of those are survived.
SELECT attempt('SELECT boundary_test.gone(''57P05'')');
SELECT attempt('SELECT boundary_test.gone(''P0001'')');
SELECT * FROM aftermath();
-- This session sees others end and lives on.
\setenv PGDATABASE :DBNAME
\! psql -X -c "SELECT boundary_test.query('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)')" 2>&1 | head -n 1
\! psql -X -c "SELECT boundary_test.attempt('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)')" 2>&1 | head -n 1
\! psql -X -c "SELECT boundary_test.keep_object('transaction', 'not at all'), pg_terminate_backend(pg_backend_pid()), pg_sleep(60)" 2>&1 | head -n 1
SELECT * FROM aftermath();
