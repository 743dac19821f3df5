-- A thousand failures through each crossing leave no object, no exception and no memory behind.
SET search_path = boundary_test, pg_catalog;
SET client_min_messages = warning;
CREATE TABLE crossings (position integer GENERATED ALWAYS AS IDENTITY, statement text NOT NULL);
INSERT INTO crossings (statement)
  SELECT format('SELECT fail(%L)', way) FROM unnest(ARRAY['Error', 'Error with long texts', 'std::exception', 'int',
    'bad_alloc', 'Stopped', 'PostgresError without memory', 'raise through call_pg']) way;
INSERT INTO crossings (statement) VALUES
  ('SELECT raise(''the server says no'')'),
  ('SELECT query(''INSERT INTO boundary_test.rooms VALUES (600, NULL)'')'),
  ('SELECT query(''SELECT boundary_test.fail(''''Error with long texts'''')'')'),
  ('SELECT attempt(''INSERT INTO boundary_test.rooms VALUES (600, NULL)'')'),
  ('SELECT attempt_to_fail(''SELECT 1'', ''Error with long texts'')'),
  ('SELECT attempt_to_fail(''SELECT 1'', ''raise through call_pg'')'),
  ('SELECT keep_object(''call'', ''not at all'')'),
  ('SELECT keep_object(''transaction'', ''Error'')'),
  ('SELECT cancel_and_loop(''stop_requested'')'),
  ('SELECT cancel_and_loop(''flag'')');

-- Each time in a transaction of its own, as a client would.
CREATE PROCEDURE repeat_crossing(statement text, times integer) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. times LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN others OR query_canceled THEN
      NULL;
    END;
    COMMIT;
  END LOOP;
END $$;

CREATE TABLE measured (position integer, at integer, heap bigint, contexts bigint, objects bigint, exceptions integer);
CREATE PROCEDURE measure_crossings() LANGUAGE plpgsql AS $$
DECLARE
  crossing record;
BEGIN
  FOR crossing IN SELECT * FROM crossings ORDER BY position LOOP
    FOR at IN 0 .. 1 LOOP
      -- The first round fills the caches.
      CALL repeat_crossing(crossing.statement, CASE at WHEN 0 THEN 100 ELSE 1000 END);
      INSERT INTO measured
        SELECT crossing.position, at, heap_bytes(), (SELECT sum(used_bytes) FROM pg_backend_memory_contexts),
               live_objects(), exceptions_in_flight();
      COMMIT;
    END LOOP;
  END LOOP;
END $$;
CALL measure_crossings();

-- Less than 20 bytes for each failure is what the server's own caches and the heap's rounding may differ by.
SELECT statement, after.objects, after.exceptions, after.heap - before.heap < 20000 AS heap_stays,
       after.contexts - before.contexts < 20000 AS contexts_stay
  FROM crossings JOIN measured before USING (position) JOIN measured after USING (position)
 WHERE before.at = 0 AND after.at = 1 ORDER BY position;
SELECT * FROM aftermath();
