-- A batch can be published in parts, and one can be opened ahead: whatever the relay is killed between, nothing is skipped and nothing sent twice.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE TABLE test.kafka (batch bigint, progress jsonb);
CREATE FUNCTION test.open(through bigint, opened bigint DEFAULT 0, most integer DEFAULT 3) RETURNS TABLE (batch bigint, ids text) LANGUAGE sql AS $$
    WITH opened AS (INSERT INTO test.kafka SELECT batch_id, progress FROM command_center.next_batch('default', through, most, opened_through => opened) RETURNING kafka.batch)
    SELECT batch, (SELECT string_agg(partition_key, ' ' ORDER BY ordinality) FROM command_center.batch_messages('default', batch) WITH ORDINALITY) FROM opened
$$;
CREATE FUNCTION test.whole(number bigint) RETURNS jsonb LANGUAGE sql AS $$ SELECT progress FROM test.kafka WHERE batch = number LIMIT 1 $$;
-- The record of the part that ends with the message of this key.
CREATE FUNCTION test.part(number bigint, last text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT test.whole(number) || jsonb_build_object('complete', false, 'lastPosition', "position") FROM command_center.batch_messages('default', number) WHERE partition_key = last
$$;
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', id), test.tenant())) FROM unnest(string_to_array('a b c d e f g h', ' ')) AS id;

-- One ahead, and no third; published_through does not move before it is said to.
SELECT * FROM test.open(0);
SELECT * FROM test.open(0, 1);
SELECT * FROM test.open(0, 2);
\echo :SQLSTATE
SELECT batch_id, published_through, messages FROM command_center.publication_batches ORDER BY batch_id;
-- A relay that has lost its memory gets the oldest, then the next.
SELECT command_center.resume_publication('default', NULL, 2);
SELECT * FROM test.open(0);
SELECT * FROM test.open(0, 1);
-- Nothing of them counts as published yet, nor after the first is in Kafka and the second is opened again.
SELECT published_through, last_published_at IS NOT NULL AS published FROM command_center.outbox_status;
SELECT count(*) FILTER (WHERE command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published') AS published FROM command_center.command_dispatches;

-- Killed with a part of the first in Kafka: the rest of it comes first.
SELECT command_center.resume_publication('default', test.part(1, 'b'), 2);
SELECT partition_key FROM command_center.batch_messages('default', 1, (test.part(1, 'b') ->> 'lastPosition')::bigint);
-- Killed after the first.
SELECT command_center.resume_publication('default', test.whole(1), 2);
SELECT * FROM test.open(1);
-- Killed with a part of the second.
SELECT command_center.resume_publication('default', test.part(2, 'd'), 2);
SELECT partition_key FROM command_center.batch_messages('default', 2, (test.part(2, 'd') ->> 'lastPosition')::bigint);
SELECT * FROM test.open(1);
-- The second is published; the third says so of the first and, opened after it, of both.
SELECT * FROM test.open(1, 2);
SELECT batch_id, published_through, messages FROM command_center.publication_batches ORDER BY batch_id;
SELECT count(*) FILTER (WHERE command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published') AS published FROM command_center.command_dispatches;
SELECT command_center.resume_publication('default', test.whole(2), 2);
SELECT * FROM test.open(2);
-- With one ahead, none is closed; afterwards it is.
SELECT * FROM test.open(2, 3);
SELECT * FROM test.open(3);
SELECT batch_id, published_through, messages FROM command_center.publication_batches ORDER BY batch_id;
SELECT count(*) FILTER (WHERE command_center.get_dispatch(tenant_id, command_id) -> 'published' ->> 'state' = 'published') AS published FROM command_center.command_dispatches;
SELECT command_center.resume_publication('default', test.whole(3), 2);

-- The end of a part lies in its batch; a part of what the database knows to be published is behind.
SELECT command_center.resume_publication('default', test.part(3, 'g'), 2);
\echo :SQLSTATE
SELECT FROM command_center.execute_command('test.book', '{"id": "i"}', test.tenant());
SELECT FROM command_center.execute_command('test.book', '{"id": "j"}', test.tenant());
SELECT * FROM test.open(3);
SELECT command_center.resume_publication('default', test.part(5, 'i') || '{"lastPosition": 1000}', 2);
\echo :SQLSTATE
SELECT command_center.resume_publication('default', test.part(5, 'i') || '{"lastPosition": 0}', 2);
\echo :SQLSTATE
SELECT command_center.resume_publication('default', test.part(5, 'i'), 2);
SELECT command_center.resume_publication('default', test.whole(5) || '{"complete": true}', 2);
SELECT command_center.resume_publication('default', test.whole(5) || '{"complete": 1}', 2);
\echo :SQLSTATE

-- What no relay could have in hand.
SELECT * FROM test.open(3, 99);
\echo :SQLSTATE
SELECT * FROM test.open(3, 4);
\echo :SQLSTATE

-- A relay of an earlier version would send a part again.
SELECT command_center.resume_publication('default', test.whole(5));
\echo :SQLSTATE
SELECT command_center.resume_publication('default', test.whole(5), 3);
\echo :SQLSTATE
SELECT publisher, format FROM command_center.publication_formats;

-- After a rebase on a part: what it had is published, the rest of its batch is not.
SELECT test.part(5, 'i') AS record \gset
SELECT command_center.rebase_outbox('default', :'record');
SELECT command_center.resume_publication('default', :'record', 2);
SELECT partition_key FROM command_center.next_batch('default', 5), command_center.batch_messages('default', batch_id);
DROP TABLE test.kafka;
DROP FUNCTION test.open, test.whole, test.part;
