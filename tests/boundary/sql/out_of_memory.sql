-- A lack of memory on either side is an SQL error like any other.
SET search_path = boundary_test, pg_catalog;
\x on
-- enter
SELECT * FROM error_of($$SELECT fail('bad_alloc')$$);
SELECT * FROM error_of($$SELECT fail('bad_alloc from the heap')$$);
-- an error of the server that there was no memory to copy
SELECT * FROM error_of($$SELECT fail('PostgresError without memory')$$);
SELECT * FROM error_of($$SELECT fail('raise too large to copy')$$);
-- enter, call_pg, SPI, enter
SELECT * FROM error_of($$SELECT query('SELECT boundary_test.fail(''bad_alloc'')')$$);
-- call_pg: the server refuses an allocation
SELECT * FROM error_of($$SELECT query('SELECT repeat(''x'', 1 << 29) || repeat(''y'', 1 << 29)')$$);
-- make_in_context
SELECT * FROM error_of($$SELECT keep_object('transaction', 'bad_alloc')$$);
\x off
-- in_subtransaction
SELECT attempt_to_fail('INSERT INTO rooms VALUES (301, ''lost'')', 'bad_alloc');
SELECT attempt_to_fail('INSERT INTO rooms VALUES (301, ''lost'')', 'bad_alloc from the heap');
SELECT * FROM rooms WHERE number = 301;
-- an error that there was no memory to copy
SELECT attempt_to_fail('SELECT 1', 'PostgresError without memory');
SELECT attempt_to_fail('SELECT 1', 'raise too large to copy');
SELECT * FROM aftermath();
