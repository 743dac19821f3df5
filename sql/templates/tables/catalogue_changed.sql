-- Tells the caches of open sessions that a table of the catalogue was changed, by whatever way: by hand, by COPY, by a restore, by logical
-- replication. maintain() gives each of those tables the triggers that call it. It belongs to the owner of the tables and looks for
-- the extension's function each time, so that neither a dump nor DROP EXTENSION meets one. SECURITY DEFINER: who may change a
-- table need not be somebody who may call functions of the extension.
CREATE FUNCTION {schema}.catalogue_changed() RETURNS trigger
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $catalogue_changed$
BEGIN
    IF has_function_privilege(to_regprocedure('command_center.announce_change(regclass)'), 'EXECUTE') THEN
        EXECUTE 'SELECT command_center.announce_change($1)' USING tg_relid::regclass;
    END IF;
    RETURN NULL;
END
$catalogue_changed$;
COMMENT ON FUNCTION {schema}.catalogue_changed() IS
'Tells open sessions that a table of the catalogue was changed. For the triggers of those tables.';
REVOKE ALL ON FUNCTION {schema}.catalogue_changed() FROM PUBLIC;
