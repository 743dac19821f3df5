CREATE FUNCTION command_center.resume_publication(publisher text, progress jsonb) RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_resume_publication';
COMMENT ON FUNCTION command_center.resume_publication(text, jsonb) IS
'Compares the last progress record that Kafka holds (NULL: none) with what the database recorded and answers the batch that is published: '
'0 when nothing ever was, on both sides. Any disagreement is KC015, and nothing may be published then.';
REVOKE ALL ON FUNCTION command_center.resume_publication(text, jsonb) FROM PUBLIC;
