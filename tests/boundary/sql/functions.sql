-- The test functions load by path from a module that is not installed.
\getenv modules PG_LIBDIR
\set module :modules '/boundary_test.so'
SET client_min_messages = warning;
CREATE SCHEMA boundary_test;
SET search_path = boundary_test, pg_catalog;

-- Fail: before any C++ code, or in C++ code in a named way ("not at all" is one).
CREATE FUNCTION raise(message text) RETURNS void AS :'module', 'boundary_test_raise' LANGUAGE c STRICT;
CREATE FUNCTION fail(way text) RETURNS void AS :'module', 'boundary_test_fail' LANGUAGE c STRICT;
CREATE FUNCTION fail_under_context_callback(way text) RETURNS void
  AS :'module', 'boundary_test_fail_under_context_callback' LANGUAGE c STRICT;

-- Call the server with C++ objects alive.
CREATE FUNCTION query(sql text) RETURNS text AS :'module', 'boundary_test_query' LANGUAGE c STRICT;
CREATE FUNCTION switch_context() RETURNS boolean AS :'module', 'boundary_test_switch_context' LANGUAGE c STRICT;

-- Try in a subtransaction, with C++ objects alive, and say how it ended.
CREATE FUNCTION attempt(sql text) RETURNS text AS :'module', 'boundary_test_attempt' LANGUAGE c STRICT;
CREATE FUNCTION attempt_to_fail(sql text, way text) RETURNS text
  AS :'module', 'boundary_test_attempt_to_fail' LANGUAGE c STRICT;
CREATE FUNCTION attempt_and_raise(sql text) RETURNS text
  AS :'module', 'boundary_test_attempt_and_raise' LANGUAGE c STRICT;

-- Turn a refusal into data, and say what it was.
CREATE FUNCTION refuse(way text) RETURNS text AS :'module', 'boundary_test_refuse' LANGUAGE c STRICT;
CREATE FUNCTION refuse_query(sql text) RETURNS text AS :'module', 'boundary_test_refuse_query' LANGUAGE c STRICT;

-- Make an object that lives as long as the "call", "subtransaction" or "transaction"; returns how many live.
CREATE FUNCTION keep_object(context text, way text) RETURNS bigint
  AS :'module', 'boundary_test_keep_object' LANGUAGE c STRICT;

-- Compute in C++ until stopped, by the predicate "stop_requested" or "flag".
CREATE FUNCTION loop(predicate text) RETURNS void AS :'module', 'boundary_test_loop' LANGUAGE c STRICT;
CREATE FUNCTION cancel_and_loop(predicate text) RETURNS void
  AS :'module', 'boundary_test_cancel_and_loop' LANGUAGE c STRICT;
CREATE FUNCTION outlive_harmless_interrupt() RETURNS boolean
  AS :'module', 'boundary_test_outlive_harmless_interrupt' LANGUAGE c STRICT;

-- Count.
CREATE FUNCTION live_objects() RETURNS bigint AS :'module', 'boundary_test_live_objects' LANGUAGE c STRICT;
CREATE FUNCTION exceptions_in_flight() RETURNS integer
  AS :'module', 'boundary_test_exceptions_in_flight' LANGUAGE c STRICT;
CREATE FUNCTION heap_bytes() RETURNS bigint AS :'module', 'boundary_test_heap_bytes' LANGUAGE c STRICT;

-- What a failed crossing must not leave behind, and that the session still works.
CREATE FUNCTION aftermath(OUT objects bigint, OUT exceptions integer, OUT works boolean) STABLE LANGUAGE sql
  AS $$ SELECT live_objects(), exceptions_in_flight(), count(*) = 100 FROM generate_series(1, 100) $$;

-- Every field of the error that a statement ends with.
CREATE FUNCTION error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text,
                         OUT table_name text, OUT constraint_name text, OUT context text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  message := 'none';
EXCEPTION WHEN others OR query_canceled OR assert_failure THEN
  GET STACKED DIAGNOSTICS state := RETURNED_SQLSTATE, message := MESSAGE_TEXT, detail := PG_EXCEPTION_DETAIL,
    hint := PG_EXCEPTION_HINT, table_name := TABLE_NAME, constraint_name := CONSTRAINT_NAME,
    context := PG_EXCEPTION_CONTEXT;
  context := substring(context FROM '^(.*?)(?:\n?SQL statement "SELECT [^\n]*\n)?PL/pgSQL function error_of');
END $$;

CREATE TABLE rooms (number integer CONSTRAINT one_room_per_number PRIMARY KEY, guest text NOT NULL);
GRANT ALL ON SCHEMA boundary_test TO PUBLIC;
SELECT * FROM aftermath();
