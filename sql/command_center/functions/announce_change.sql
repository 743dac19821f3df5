CREATE FUNCTION command_center.announce_change(changed regclass) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_announce_change';
COMMENT ON FUNCTION command_center.announce_change(regclass) IS
'Makes every session forget what it keeps of a table of the catalogue, when the transaction commits. The triggers of those tables call it, '
'so nobody has to. Errors: 42501 when the caller does not own the table.';
REVOKE ALL ON FUNCTION command_center.announce_change(regclass) FROM PUBLIC;
-- Nobody announced what was changed while the extension was not there.
SELECT command_center.announce_change(relation.oid) FROM pg_class AS relation
WHERE relation.relnamespace = 'command_center'::regnamespace AND relation.relkind = 'r' AND NOT relation.relispartition
    AND pg_has_role(relation.relowner, 'USAGE');
