-- What runs as its owner whoever calls is listed here, one by one, and in docs/security.md; it names no object that the caller could put in its way.
CALL test.start();
SELECT function.oid::regprocedure AS function, CASE WHEN member.objid IS NULL THEN 'tables' ELSE 'extension' END AS runs_as_owner_of,
    'search_path=pg_catalog, pg_temp' = ANY (function.proconfig) AS path_is_fixed
FROM pg_proc AS function LEFT JOIN pg_depend AS member ON member.classid = 'pg_proc'::regclass AND member.objid = function.oid AND member.deptype = 'e'
WHERE function.pronamespace = 'command_center'::regnamespace AND function.prosecdef ORDER BY function.proname COLLATE "C";
-- What has no fixed path is C, and fixes it in the rare call that runs a statement.
SELECT proname, lanname FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE pronamespace = 'command_center'::regnamespace AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false) ORDER BY proname COLLATE "C";
-- Views of the owner with functions of the owner alone.
SELECT relname, reloptions FROM pg_class WHERE relnamespace = 'command_center'::regnamespace AND relkind = 'v' ORDER BY relname;
