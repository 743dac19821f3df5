CREATE FUNCTION command_center.tidy(max integer DEFAULT 1000) RETURNS integer
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_tidy';
COMMENT ON FUNCTION command_center.tidy(integer) IS
'Ends what its time has ended in every extension of ours that is set up here, as the locks of availability_guard, and answers how much: at most max. Each extension is tidied in a '
'subtransaction; what fails is a warning. The relay calls it each minute, each time in a transaction of its own, until it answers 0. Errors: 22023 max is less than 1, 25006 in a read-only transaction.';
REVOKE ALL ON FUNCTION command_center.tidy(integer) FROM PUBLIC;
