CREATE FUNCTION command_center.release_lease(publisher text, holder text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_release_lease';
COMMENT ON FUNCTION command_center.release_lease(text, text) IS
'Ends the lease of this holder at once and answers whether it held one. Errors: KC002 for an unknown publisher.';
REVOKE ALL ON FUNCTION command_center.release_lease(text, text) FROM PUBLIC;
