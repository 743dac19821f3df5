-- Every object that a person may meet says what it is for: tables, views and their columns, sequences, functions, types. docs/ is made of it.
CALL test.start();
SELECT 'relation' AS kind, oid::regclass::text AS name FROM pg_class
WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT relispartition AND obj_description(oid, 'pg_class') IS NULL
UNION ALL
SELECT 'column', attrelid::regclass || '.' || attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
    AND attnum > 0 AND NOT attisdropped AND col_description(attrelid, attnum) IS NULL
UNION ALL
SELECT 'function', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'command_center'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
UNION ALL
SELECT 'type', pg_type.oid::regtype::text FROM pg_type JOIN pg_class ON pg_class.oid = typrelid
WHERE typnamespace = 'command_center'::regnamespace AND relkind = 'c' AND obj_description(pg_type.oid, 'pg_type') IS NULL
ORDER BY 1, 2;
-- A comment on a column is a sentence.
SELECT attrelid::regclass || '.' || attname AS name, col_description(attrelid, attnum) AS comment FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'command_center'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition AND attnum > 0
    AND col_description(attrelid, attnum) !~ '[.,]$' ORDER BY 1;
