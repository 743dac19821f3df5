CREATE FUNCTION command_center.set_undeclared_topics(policy text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_undeclared_topics';
COMMENT ON FUNCTION command_center.set_undeclared_topics(text) IS
'Says what becomes of events for topics that nobody declared, and answers whether that is new. policy: refuse, as a new installation '
'begins, or allow, as one that was made before 0.3.0 goes on; doctor() then lists the topics that are in use and not declared. Errors: 22023 for another policy.';
REVOKE ALL ON FUNCTION command_center.set_undeclared_topics(text) FROM PUBLIC;
