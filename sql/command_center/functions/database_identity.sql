CREATE FUNCTION command_center.database_identity() RETURNS text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_database_identity';
COMMENT ON FUNCTION command_center.database_identity() IS
'The identity of this database as a publisher: uuid of the installation, system identifier and oid of the database, joined by dots.';
REVOKE ALL ON FUNCTION command_center.database_identity() FROM PUBLIC;
