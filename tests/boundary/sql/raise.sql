-- An error of the server passes every crossing whole: SQLSTATE, detail, hint, table, constraint, context, position.
SET search_path = boundary_test, pg_catalog;
\x on
INSERT INTO rooms VALUES (101, 'Ada');

-- enter: before any C++ code
SELECT * FROM error_of($$SELECT raise('the server says no')$$);
SELECT * FROM aftermath();
-- enter, call_pg
SELECT * FROM error_of($$SELECT fail('raise through call_pg')$$);
SELECT * FROM aftermath();
-- enter, call_pg, SPI
SELECT * FROM error_of($$SELECT query('INSERT INTO rooms VALUES (101, ''Bob'')')$$);
SELECT * FROM error_of($$SELECT query('INSERT INTO rooms VALUES (102, NULL)')$$);
SELECT * FROM aftermath();
-- enter, call_pg, SPI, PL/pgSQL: with its context
SELECT * FROM error_of($$SELECT query($q$DO $d$ BEGIN
  RAISE EXCEPTION 'from afar' USING ERRCODE = 'KC012', DETAIL = 'far', HINT = 'near', TABLE = 'rooms', CONSTRAINT = 'c';
END $d$ $q$)$$);
SELECT * FROM aftermath();
-- enter, call_pg, SPI, enter, call_pg
SELECT * FROM error_of($$SELECT query('SELECT boundary_test.fail(''raise through call_pg'')')$$);
SELECT * FROM aftermath();
-- make_in_context
SELECT * FROM error_of($$SELECT keep_object('transaction', 'raise through call_pg')$$);
SELECT * FROM aftermath();
-- the position in the inner query
SELECT query('SELECT 1 + FROM rooms');
SELECT * FROM aftermath();
\x off
-- Without an error all of them return.
SELECT query('SELECT guest FROM rooms'), query('SELECT NULL') = '' AS null_is_empty, switch_context() AS context_kept;
SELECT attempt('SELECT 1'), keep_object('call', 'not at all') > 0 AS made;
SELECT * FROM aftermath();
-- Out of a procedure, out of a trigger, out of a row in the middle of a scan.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM fail('Error'); RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION refuse();
UPDATE rooms SET guest = 'Eve';
DROP TRIGGER refuse ON rooms;
SELECT number, fail(CASE WHEN number = 7 THEN 'raise through call_pg' ELSE 'not at all' END)
  FROM generate_series(1, 10) number;
SELECT * FROM rooms ORDER BY number;
SELECT * FROM aftermath();
