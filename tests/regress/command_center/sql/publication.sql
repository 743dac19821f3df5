-- The cursor's functions: leases, batches, and what happens when Kafka and the database disagree.
\set SHOW_CONTEXT never
CALL test.start();

-- Identity: uuid of the installation, system identifier, oid of the database.
SELECT command_center.publisher_identity('default') = concat_ws('.', database_uuid, system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())) AS is_the_identity
FROM command_center.installation, pg_control_system();
SELECT command_center.publisher_identity('nobody');
\echo :SQLSTATE

-- A lease is one holder's; renewing keeps the term, a new holder starts the next.
SELECT granted, term, current_holder, expires_in FROM command_center.acquire_lease('default', 'a', '1 hour');
SELECT granted, term, current_holder, expires_in FROM command_center.acquire_lease('default', 'a', '1 hour');
SELECT granted, term, current_holder, expires_in BETWEEN '59 min' AND '1 hour' AS expires FROM command_center.acquire_lease('default', 'b', '1 hour');
SELECT command_center.release_lease('default', 'b') AS b, command_center.release_lease('default', 'a') AS a, command_center.release_lease('default', 'a') AS again;
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '1 hour');
SELECT command_center.acquire_lease('default', 'b', '0 s');
\echo :SQLSTATE
SELECT command_center.acquire_lease('default', '', '5 s');
\echo :SQLSTATE
SELECT command_center.acquire_lease('nobody', 'b', '5 s');
\echo :SQLSTATE

-- Nothing published, on both sides.
SELECT command_center.resume_publication('default', NULL);
SELECT * FROM command_center.next_batch('default', 0);
SELECT count(*) AS batches FROM command_center.publication_batches;

-- Batches are cut by number and by bytes, and never within a command.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings"}], "also": ["audit"]}');
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant())) FROM generate_series(1, 6) AS n;
SELECT batch_id, messages FROM command_center.next_batch('default', 0, max_messages => 3);
SELECT "position", topic, partition_key, headers ->> 'x-command-target' AS target FROM command_center.batch_messages('default', 1);
-- Asked again, the same; not confirmed, the same.
SELECT batch_id, messages FROM command_center.next_batch('default', 0, max_messages => 100);
SELECT batch_id, messages, bytes > 1 AS above_the_limit FROM command_center.next_batch('default', 1, max_bytes => 1);
SELECT batch_id, messages FROM command_center.next_batch('default', 2);
SELECT * FROM command_center.next_batch('default', 3);
SELECT * FROM command_center.next_batch('default', 3);
-- When idle, only one row closed the last batch.
SELECT batch_id, published_through, messages, slice_after, slice_through, window_complete FROM command_center.publication_batches ORDER BY batch_id;

-- What cannot be.
SELECT * FROM command_center.next_batch('default', 2);
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('default', 99);
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('default', 3, max_messages => 0);
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('default', 3, max_bytes => 0);
\echo :SQLSTATE
SELECT * FROM command_center.batch_messages('default', 99);
\echo :SQLSTATE
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM command_center.next_batch('default', 3);
\echo :SQLSTATE
ROLLBACK;

-- The commit of the calling transaction is synchronous whatever it was set to, and never less than it was.
BEGIN;
SET LOCAL synchronous_commit = off;
SELECT count(*) FROM command_center.next_batch('default', 3);
SHOW synchronous_commit;
ROLLBACK;
BEGIN;
SET LOCAL synchronous_commit = remote_apply;
SELECT count(*) FROM command_center.next_batch('default', 3);
SHOW synchronous_commit;
ROLLBACK;

-- Resuming: Kafka's record is the truth where both sides know the batch.
SELECT FROM command_center.execute_command('test.book', '{"id": "r-7"}', test.tenant());
CREATE TEMPORARY TABLE kafka AS SELECT batch_id, progress FROM command_center.next_batch('default', 3);
SELECT batch_id, (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(progress) AS key) AS members FROM kafka;
SELECT command_center.resume_publication('default', progress) = batch_id AS agreed FROM kafka;
\set VERBOSITY terse
SELECT command_center.resume_publication('default', NULL);
\echo :SQLSTATE
SELECT command_center.resume_publication('default', jsonb_set(progress, '{batch}', '1')) FROM kafka;
\echo :SQLSTATE
SELECT command_center.resume_publication('default', jsonb_set(progress, '{batch}', '1000')) FROM kafka;
\echo :SQLSTATE
SELECT command_center.resume_publication('default', jsonb_set(progress, '{snapshotAfter}', '"5:5:"')) FROM kafka;
\echo :SQLSTATE
SELECT command_center.resume_publication('default', jsonb_set(progress, '{identity}', '"other"')) FROM kafka;
\echo :SQLSTATE
SELECT command_center.resume_publication('default', '{}');
\echo :SQLSTATE
SELECT command_center.resume_publication('default', '[]');
\echo :SQLSTATE
\set VERBOSITY default

-- Rows that are gone are noticed.
SELECT (batch_messages).partition_key FROM (SELECT command_center.batch_messages('default', batch_id) FROM kafka) AS messages ORDER BY 1;
DELETE FROM command_center.transactional_outbox WHERE partition_key = 'r-7' AND topic = 'audit.log';
SELECT count(*) FROM kafka, command_center.batch_messages('default', batch_id);
\echo :SQLSTATE

-- A copy of the database publishes nothing by itself.
UPDATE command_center.publishers SET identity = 'elsewhere';
\set VERBOSITY terse
SELECT command_center.publisher_identity('default');
\echo :SQLSTATE
SELECT * FROM command_center.next_batch('default', 5);
\echo :SQLSTATE
\set VERBOSITY default
