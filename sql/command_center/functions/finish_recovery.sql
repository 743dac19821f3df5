CREATE FUNCTION command_center.finish_recovery(publisher text, holder text, progress jsonb, report jsonb)
RETURNS jsonb
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_finish_recovery';
COMMENT ON FUNCTION command_center.finish_recovery(text, text, jsonb, jsonb) IS
'For the relay: everything was read back from Kafka. What is not published by then is published next. Answers the progress record to write '
'into Kafka, of a batch without messages behind that of progress; publishing goes on once it is there, and until then recovery can begin '
'anew. report goes into the audit. The commit is synchronous. Errors: as begin_recovery().';
REVOKE ALL ON FUNCTION command_center.finish_recovery(text, text, jsonb, jsonb) FROM PUBLIC;
