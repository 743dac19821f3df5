-- Prints docs/tables.md: every table and view of setup() with its columns, keys and comments. Days are left out.
CREATE TEMP TABLE relation AS
    SELECT oid, relname AS name, relkind = 'v' AS is_view, relrowsecurity FROM pg_class
    WHERE relnamespace = :'schema'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition;

-- What the server says of an index or constraint, without what everybody knows.
CREATE FUNCTION pg_temp.brief(definition text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(regexp_replace(definition, '^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+ USING btree ', '\1'), '(command_center|availability_guard)\.|::text(\[\])?', '', 'g') $$;

SELECT format(E'# Tables%s\n\n', CASE WHEN :'schema' <> 'command_center' THEN format(' of `%s`', :'schema') END) ||
    format('What `setup()` makes in the schema `%s`, from', :'schema') || ' the comments of the objects themselves: `scripts/tables` writes this page, and a test '
    'fails when it is stale. They are ordinary tables of whoever called `setup()`: read and dump them as you like, change them through the '
    '[functions](' || CASE WHEN :'schema' <> 'command_center' THEN replace(:'schema', '_', '-') || '-' ELSE '' END || 'sql-reference.md). Where it says "row security", a role sees the rows of the tenants that it is bound to. Never change what is '
    'said to be never changed: the relay and the functions rest on it.';

SELECT E'\n| | |\n|---|---|';
SELECT format('| [%s](#%s) | %s |', name, name, pg_temp.escaped(substring(obj_description(oid, 'pg_class') FROM '^[^.:;]*'))) FROM relation ORDER BY is_view, name;

SELECT concat(format(E'\n## %s\n\n%s\n', name, pg_temp.escaped(obj_description(oid, 'pg_class'))),
    (SELECT E'\n' || string_agg(line, E'\n') FROM (
        SELECT format('- Partitioned by %s', lower(pg_get_partkeydef(oid))) FROM pg_partitioned_table WHERE partrelid = oid
        UNION ALL
        SELECT '- Row security' WHERE relrowsecurity
        UNION ALL
        (SELECT format('- `%s`', pg_temp.brief(pg_get_constraintdef(pg_constraint.oid))) FROM pg_constraint
        WHERE conrelid = relation.oid AND contype IN ('p', 'f', 'c', 'u', 'x') ORDER BY array_position('{p,u,x,f,c}', contype::text), conname)
        UNION ALL
        (SELECT format('- `%s`', CASE WHEN indisunique THEN '' ELSE 'INDEX ' END || pg_temp.brief(pg_get_indexdef(indexrelid))) FROM pg_index
        WHERE indrelid = relation.oid AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid::regclass::text)) AS listed (line)),
    E'\n\n| column | type | |\n|---|---|---|\n',
    (SELECT string_agg(format('| `%s` | %s%s | %s |', attname, format_type(atttypid, atttypmod),
        CASE WHEN attnotnull OR is_view THEN '' ELSE ', or NULL' END, pg_temp.escaped(col_description(relation.oid, attnum))), E'\n' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped))
FROM relation ORDER BY is_view, name;
