CREATE FUNCTION command_center.parked_through(publisher text)
RETURNS text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_parked_through';
COMMENT ON FUNCTION command_center.parked_through(text) IS
'For the relay, which writes it into its progress records: when a message of the publisher, or of another of its shards, was last put aside; NULL: none was. A promoted standby that does not know '
'of that moment lost what was put aside, and resume_publication() says so.';
REVOKE ALL ON FUNCTION command_center.parked_through(text) FROM PUBLIC;
