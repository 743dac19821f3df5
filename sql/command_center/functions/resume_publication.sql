CREATE FUNCTION command_center.resume_publication(publisher text, progress jsonb, format integer DEFAULT 1) RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_resume_publication';
COMMENT ON FUNCTION command_center.resume_publication(text, jsonb, integer) IS
'Compares the last progress record that Kafka holds (NULL: none) with what the database recorded and answers the batch that is published: '
'0 when nothing ever was, on both sides. Of a record with "complete": false only the messages through its lastPosition are published: the '
'batch before is answered, and next_batch() answers that one again. format: what the relay can read and is about to write; 1 is that of '
'0.3.0 and earlier, 2 has batches in parts. Any disagreement, and a format below that which relays have written, is KC015, and nothing may '
'be published then.';
REVOKE ALL ON FUNCTION command_center.resume_publication(text, jsonb, integer) FROM PUBLIC;
