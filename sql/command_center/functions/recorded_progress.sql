CREATE FUNCTION command_center.recorded_progress(publisher text) RETURNS jsonb
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_recorded_progress';
COMMENT ON FUNCTION command_center.recorded_progress(text) IS
'The progress record of the last batch that this database knows to be published; NULL when there is none. Kafka''s record is the truth: '
'this one may be a batch behind it. Where set_publishers() was called, an array: of each shard that is at work its own, or the end of those before it. Errors: KC002 for an unknown publisher.';
REVOKE ALL ON FUNCTION command_center.recorded_progress(text) FROM PUBLIC;
