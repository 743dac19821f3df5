CREATE FUNCTION command_center.lock_for_setup(schema text) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_lock_for_setup';
COMMENT ON FUNCTION command_center.lock_for_setup(text) IS
'What setup() begins with: until the transaction ends no other setup() of the schema goes on. Errors: 40001 where another one is at it '
'and this transaction could not see its work.';
REVOKE ALL ON FUNCTION command_center.lock_for_setup(text) FROM PUBLIC;
