CREATE FUNCTION command_center.publisher_identity(publisher text) RETURNS text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_publisher_identity';
COMMENT ON FUNCTION command_center.publisher_identity(text) IS
'The identity under which this database publishes: uuid of the installation, system identifier and oid of the database, joined by '
'dots. Errors: KC002 for an unknown publisher, KC015 where the tables came from another database (a restored dump).';
REVOKE ALL ON FUNCTION command_center.publisher_identity(text) FROM PUBLIC;
