-- A subtransaction keeps everything or nothing, reports why, and leaves its caller's surroundings as they were.
SET search_path = boundary_test, pg_catalog;
DELETE FROM rooms;
INSERT INTO rooms VALUES (600, 'first');
-- A swallowed error leaves no second row with the same key.
SELECT attempt('INSERT INTO rooms VALUES (600, ''twice'')');
SELECT attempt('INSERT INTO rooms VALUES (601, ''lost''), (600, ''twice'')');
SELECT attempt('INSERT INTO rooms VALUES (602, NULL)');
SELECT attempt('INSERT INTO rooms VALUES (603, ''kept'')');
SELECT attempt('SELECT 1 +');
SELECT * FROM rooms ORDER BY number;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM rooms WHERE number = 600;
RESET ALL;
SET search_path = boundary_test, pg_catalog;
SELECT * FROM aftermath();
-- C++ failures are swallowed the same way.
SELECT attempt_to_fail('INSERT INTO rooms VALUES (604, ''lost'')', way)
  FROM unnest(ARRAY['Error', 'std::exception', 'int', 'bad_alloc', 'raise through call_pg', 'Error with a percent sign'])
       WITH ORDINALITY AS ways (way, position) ORDER BY position;
SELECT attempt_to_fail('INSERT INTO rooms VALUES (605, ''kept'')', 'not at all');
SELECT * FROM rooms ORDER BY number;
SELECT * FROM aftermath();
-- One in another: the outer keeps what the inner lost, and loses what the inner kept.
SELECT attempt('SELECT boundary_test.attempt(''INSERT INTO boundary_test.rooms VALUES (600, ''''twice'''')'')');
SELECT attempt_to_fail('SELECT boundary_test.attempt(''INSERT INTO boundary_test.rooms VALUES (606, ''''lost'''')'')', 'Error');
SELECT attempt($$INSERT INTO rooms SELECT 607, attempt_to_fail('INSERT INTO boundary_test.rooms VALUES (608, ''lost'')', 'int')$$);
SELECT * FROM rooms ORDER BY number;
-- What was survived can be raised after all, whole.
SELECT * FROM error_of($$SELECT attempt_and_raise('INSERT INTO rooms VALUES (600, ''twice'')')$$);
SELECT attempt_and_raise('INSERT INTO rooms VALUES (609, ''kept'')');
SELECT count(*) FROM rooms WHERE number = 609;
-- Attempts and exception blocks of PL/pgSQL stand in each other.
DO $$
BEGIN
  PERFORM attempt('SELECT fail(''Error'')');
  PERFORM attempt_to_fail('SELECT 1', 'Error');
  PERFORM fail('Error');
EXCEPTION WHEN others THEN
  PERFORM attempt('INSERT INTO rooms VALUES (610, ''kept'')');
  PERFORM attempt('SELECT error_of(''SELECT fail(''''Error'''')''), query(''INSERT INTO rooms VALUES (611, ''''kept'''')'')');
END $$;
SELECT number FROM rooms WHERE number IN (610, 611) ORDER BY number;
SELECT * FROM aftermath();
-- Where there can be no subtransaction (in a parallel worker before PostgreSQL 17), that is the error.
ALTER FUNCTION attempt(text) PARALLEL SAFE;
SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gset
SELECT set_config(:'name', 'on', false);
SELECT current_setting('server_version_num')::integer < 170000 AS must_fail, state IS NOT DISTINCT FROM '25000' AS failed,
       message ~ '^cannot start subtransactions' AS says_so, message = 'none' AS survived
  FROM error_of($$SELECT attempt('SELECT 1')$$) \gset
SELECT CASE WHEN :'must_fail' THEN :'failed' AND :'says_so' ELSE :'survived' END AS as_expected;
SELECT set_config(:'name', 'off', false);
ALTER FUNCTION attempt(text) PARALLEL UNSAFE;
SELECT * FROM aftermath();
