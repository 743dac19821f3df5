CREATE FUNCTION command_center.begin_recovery(publisher text, holder text, progress jsonb)
RETURNS TABLE (read_from timestamptz, promoted boolean, topics text[])
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_begin_recovery';
COMMENT ON FUNCTION command_center.begin_recovery(text, text, jsonb) IS
'For the relay, after a failover or a restore that lost commits: what to read back from Kafka. progress: the last record that Kafka holds, of a '
'batch that this database does not know. Everything that Kafka has of batches that are not known to be published here was produced from '
'read_from on, by the clock of the database, into these topics. promoted: this server was promoted after the record was written. Changes nothing. '
'Errors: KC002 for an unknown publisher; KC015 when holder has not got the lease, when the record is another database''s or is behind what is '
'published, while it waits for earlier shards, or beside a publisher that is no shard; 22023 when it is no progress record; 25001 outside READ COMMITTED.';
REVOKE ALL ON FUNCTION command_center.begin_recovery(text, text, jsonb) FROM PUBLIC;
