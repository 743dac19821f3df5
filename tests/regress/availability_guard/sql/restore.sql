-- A dump brings the guard into another database: with its rows, or the schema alone, which setup() adopts.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1), idempotency_key => 'k', request_id => 'r');
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(2), idempotency_key => 'k');
SELECT status FROM availability_guard.release_room(test.tenant(), reservation_id => test.reservation(2));
SELECT current_database() AS tested \gset
\setenv TESTED :tested
CREATE DATABASE guard_restored TEMPLATE template0;
\! pg_dump --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=guard_restored -o /dev/null
\c guard_restored
\set SHOW_CONTEXT never
\set VERBOSITY terse
SELECT command_center.setup(), availability_guard.setup();
SELECT status, version FROM availability_guard.lock_room(test.tenant(), test.reservation(1), test.type(), test.march(10), test.march(12), test.room(1), idempotency_key => 'k', request_id => 'r');
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(2), test.type(), test.march(10), test.march(12), test.room(2), idempotency_key => 'k');
\echo :SQLSTATE
SELECT status, test.shown(witness) FROM availability_guard.lock_room(test.tenant(), test.reservation(3), test.type(), test.march(10), test.march(12), test.room(1));
SELECT severity, name, finding FROM command_center.doctor() WHERE name LIKE 'availability_guard.%';
SELECT * FROM availability_guard.verify();
\c :tested
\set SHOW_CONTEXT never
\set VERBOSITY terse
DROP DATABASE guard_restored;
CREATE DATABASE guard_restored TEMPLATE template0;
\! pg_dump --schema-only --dbname="$TESTED" | psql -X -q -v ON_ERROR_STOP=1 --dbname=guard_restored -o /dev/null
\c guard_restored
\set SHOW_CONTEXT never
\set VERBOSITY terse
SELECT command_center.setup() IS NOT NULL AS set_up;
SELECT availability_guard.setup() IS NOT NULL AS set_up;
SELECT availability_guard.setup() AS again;
SELECT status FROM availability_guard.lock_room(test.tenant(), test.reservation(3), test.type(), test.march(10), test.march(12), test.room(1));
SELECT severity, name, finding FROM availability_guard.doctor();
\c :tested
\set SHOW_CONTEXT never
\set VERBOSITY terse
DROP DATABASE guard_restored;
