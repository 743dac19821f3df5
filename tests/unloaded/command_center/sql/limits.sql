-- Without shared memory everything works but rate limits, which are refused and never taken for none. From PostgreSQL 17 on the server
-- gives shared memory to a library that it did not preload.
\set SHOW_CONTEXT never
SHOW shared_preload_libraries;
SELECT command_center.setup() > 0 AS set_up;
SELECT command_center.set_service('bookings');
SELECT count(*) AS findings FROM command_center.register_command('test.book', '{"type": "object"}', default_target => 'bookings');

-- Features that limit nothing.
SELECT version FROM command_center.set_feature('observe', 'test.book');
SELECT status, mode FROM command_center.execute_command('test.book', '{}', '00000000-0000-0000-0000-000000000001');

-- What is wrong with a limit is said first,
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "hotel", "maxPerMinute": 1}');
\echo :SQLSTATE
-- one that is right cannot be set,
SELECT version FROM command_center.set_feature('enabled', limits => '{"per": "tenant", "maxPerMinute": 1}');
\echo :SQLSTATE
-- and one that was set before a restart without the library refuses what it would have to count.
INSERT INTO command_center.command_features (feature_id, status, tenant_id, limits)
VALUES ('00000000-0000-0000-0000-00000000000f', 'enabled', '00000000-0000-0000-0000-000000000001', '{"per": "tenant", "maxPerMinute": 1}');
SELECT version FROM command_center.set_feature('enabled', 'test.book');
SELECT status, mode FROM command_center.execute_command('test.book', '{}', '00000000-0000-0000-0000-000000000001');
\echo :SQLSTATE
SELECT status, mode FROM command_center.execute_command('test.book', '{}', '00000000-0000-0000-0000-000000000002');
-- Where there is shared memory for them the limits count.
\set VERBOSITY terse
SELECT status, mode FROM command_center.execute_command('test.book', '{}', '00000000-0000-0000-0000-000000000002');
\echo :SQLSTATE
\set VERBOSITY default

-- The setting of its size is there, so that a configuration with it can be read by both kinds of server.
SELECT setting, context FROM pg_settings WHERE name = 'command_center.limit_subjects';

-- doctor() says so.
SELECT severity, finding, remedy FROM command_center.doctor() WHERE name = 'limits';
