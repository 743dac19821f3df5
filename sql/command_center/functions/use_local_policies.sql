CREATE FUNCTION command_center.use_local_policies() RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_use_local_policies';
COMMENT ON FUNCTION command_center.use_local_policies() IS
'Takes back what use_distributed_policies did, and answers how many tables it changed. Undistribute the tables first. '
'Errors: KC003 when the caller may not act for every tenant.';
REVOKE ALL ON FUNCTION command_center.use_local_policies() FROM PUBLIC;
