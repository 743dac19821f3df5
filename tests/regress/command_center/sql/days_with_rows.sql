-- Opening a batch and reading it looks only into days that hold rows: wherever a row lies, it is found.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE FUNCTION test.id_in(days integer, n integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM now() + make_interval(days => days)) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Executes a command whose message has that id.
CREATE PROCEDURE test.execute_as(key text, id uuid) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM command_center.execute_command('test.book', jsonb_build_object('id', key), test.tenant());
    UPDATE command_center.transactional_outbox SET message_id = id WHERE partition_key = key;
END $$;
CREATE FUNCTION test.open(through bigint, most integer DEFAULT 10) RETURNS TABLE (batch bigint, messages integer, keys text) LANGUAGE sql AS $$
    SELECT batch_id, messages, (SELECT string_agg(partition_key, ' ' ORDER BY ordinality) FROM command_center.batch_messages('default', batch_id) WITH ORDINALITY)
    FROM command_center.next_batch('default', through, most)
$$;

-- None, a day to come, yesterday, and days between which others are empty.
SELECT * FROM test.open(0);
CALL test.execute_as('a', test.id_in(20, 1));
SELECT * FROM test.open(0);
CALL test.execute_as('b', test.id_in(-1, 2));
CALL test.execute_as('c', test.id_in(0, 3));
CALL test.execute_as('d', test.id_in(9, 4));
SELECT * FROM test.open(1);
-- A slice of a window, and the rest of it.
CALL test.execute_as('e', test.id_in(25, 5));
CALL test.execute_as('f', test.id_in(-1, 6));
SELECT * FROM test.open(2, 1);
SELECT * FROM test.open(3, 1);

-- Batches as well: the clock was wrong for a while.
UPDATE command_center.publication_batches SET opened_at = opened_at + interval '10 days' WHERE batch_id = 4;
SELECT partition_key FROM command_center.batch_messages('default', 4);
SELECT * FROM test.open(3, 1);
CALL test.execute_as('g', test.id_in(0, 7));
SELECT * FROM test.open(4);
SELECT batch_id, published_through, messages FROM command_center.publication_batches ORDER BY batch_id;

-- A partition for everything else.
CREATE TABLE test.others PARTITION OF command_center.transactional_outbox DEFAULT;
CALL test.execute_as('h', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
CALL test.execute_as('i', '00000000-0000-0000-0000-000000000000');
SELECT * FROM test.open(5);
SELECT tableoid::regclass, partition_key FROM command_center.transactional_outbox WHERE partition_key IN ('h', 'i') ORDER BY partition_key;

-- A day in parts.
CREATE TABLE test.rest (LIKE command_center.transactional_outbox) PARTITION BY HASH (message_id);
CREATE TABLE test.half PARTITION OF test.rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE test.other_half PARTITION OF test.rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
DELETE FROM test.others;
DROP TABLE test.others;
ALTER TABLE command_center.transactional_outbox ATTACH PARTITION test.rest DEFAULT;
CALL test.execute_as('j', 'ffffffff-ffff-ffff-ffff-fffffffffffe');
SELECT * FROM test.open(6);
DELETE FROM test.rest;
ALTER TABLE command_center.transactional_outbox DETACH PARTITION test.rest;
DROP TABLE test.rest;
DROP FUNCTION test.open, test.id_in;
DROP PROCEDURE test.execute_as;
