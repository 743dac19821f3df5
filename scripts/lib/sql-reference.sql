-- Prints docs/sql-reference.md: every function, type and view of the schema with its comment, ordered by the level that may use it.
CREATE FUNCTION pg_temp.parameters(function oid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(concat_ws(' ', quote_ident(proargnames[ordinality]), format_type(type, NULL), 'DEFAULT ' || CASE pg_get_function_arg_default(oid, ordinality::integer)
            WHEN 'NULL::' || format_type(type, NULL) THEN 'NULL'
            ELSE regexp_replace(pg_get_function_arg_default(oid, ordinality::integer), '::(text|text\[\])$', '') END) ORDER BY ordinality)
    FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY AS parameter(type, ordinality) WHERE oid = function GROUP BY oid $$;

CREATE FUNCTION pg_temp.results(function oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT regexp_replace(pg_get_function_result(function), '^TABLE\((.*)\)$', E'TABLE (\\1)') $$;

-- The call, on one line where that is short enough.
CREATE FUNCTION pg_temp.signature(function oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN length(one_line) <= 120 THEN one_line ELSE folded END
    FROM (SELECT oid::regproc::text AS name, coalesce(pg_temp.parameters(oid), '{}') AS parameters, pg_temp.results(oid) AS results FROM pg_proc WHERE oid = function) AS made,
        LATERAL (SELECT format('%s(%s) RETURNS %s', name, array_to_string(parameters, ', '), results) AS one_line,
            format(E'%s(%s)\nRETURNS %s', name,
                CASE WHEN length(array_to_string(parameters, ', ')) + length(name) <= 118 THEN array_to_string(parameters, ', ')
                    ELSE E'\n    ' || array_to_string(parameters, E',\n    ') END,
                CASE WHEN length(results) <= 118 THEN results
                    ELSE regexp_replace(regexp_replace(results, '^TABLE \(', E'TABLE (\n    '), ', ', E',\n    ', 'g') END) AS folded) AS form $$;

CREATE TEMP TABLE level (level text, position integer, title text, remark text);
INSERT INTO level VALUES
    ('dispatcher', 1, 'Send commands', 'For services: levels dispatcher, operator and admin.'),
    ('reader', 2, 'Look', 'Levels reader, dispatcher, operator and admin.'),
    ('operator', 3, 'Change what commands do', 'Levels operator and admin. Each change is a row of `control_audit`.'),
    ('watch', 4, 'Watch and keep', 'Levels operator and admin, for `doctor`, `database_identity` and `recorded_progress` also monitor; the relay calls `maintain` by itself. None of them changes what commands do.'),
    ('admin', 5, 'Install, and say who may do what', 'Level admin.'),
    ('relay', 6, 'Publish', 'What the relay calls: level relay.'),
    ('inside', 7, 'Inside', 'What the others are made of; nobody needs to call them.');
UPDATE level SET title = own.title, remark = coalesce(own.remark, level.remark)
FROM (VALUES
    ('dispatcher', 'Decide', NULL),
    ('operator', 'Say what there is', 'Levels operator and admin.'),
    ('watch', 'Watch and keep', 'Levels operator and admin; the relay calls `maintain` through `command_center.maintain`.')) AS own (level, title, remark)
WHERE own.level = level.level AND :'schema' <> 'command_center';

-- Which level has what, of this extension.
SELECT format('CREATE TEMP VIEW given AS SELECT * FROM %I.access_levels()', :'schema') \gexec

-- What setup() makes is for row security and views.
CREATE TEMP TABLE function AS
    SELECT pg_proc.oid, proname AS name, CASE
        WHEN proname LIKE '%\_definitions' OR NOT EXISTS (
            SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e') THEN 'inside'
        WHEN proname IN ('doctor', 'maintain', 'verify', 'simulate_route', 'database_identity', 'recorded_progress') THEN 'watch'
        ELSE coalesce((
            SELECT given.level FROM given WHERE given.kind = 'function' AND given.object = proname
            ORDER BY array_position('{reader,dispatcher,operator,admin,relay,monitor}', given.level) LIMIT 1), 'inside') END AS level
    FROM pg_proc WHERE pronamespace = :'schema'::regnamespace;

SELECT format(E'# SQL reference%s\n\n', CASE WHEN :'schema' <> 'command_center' THEN format(' of `%s`', :'schema') END) ||
    format('Everything in the schema `%s`, from', :'schema') || ' the comments of the objects themselves: `scripts/sql-reference` writes this page, and a test '
    'fails when it is stale. Codes are explained in [errors](errors.md), levels in [operations](operations.md#roles), settings in [settings](settings.md).';

SELECT format(E'\n| %s | |\n|---|---|', 'functions')
UNION ALL
(SELECT format('| %s | %s |', title, string_agg(format('[%s](#%s)', name, name), ', ' ORDER BY name))
FROM (SELECT DISTINCT position, title, name FROM function JOIN level USING (level)) AS listed GROUP BY position, title ORDER BY position);

SELECT concat(
    CASE WHEN name = first_value(name) OVER (PARTITION BY position ORDER BY name, oid) THEN format(E'\n## %s\n\n%s\n', title, remark) END,
    format(E'\n### %s\n\n```sql\n%s\n```\n\n%s', name, pg_temp.signature(function.oid), pg_temp.escaped(obj_description(function.oid, 'pg_proc'))))
FROM function JOIN level USING (level) ORDER BY position, name, oid;

SELECT E'\n## Types';
SELECT format(E'\n### %s\n\n```sql\n(\n%s\n)\n```\n\n%s', relname,
    (SELECT string_agg(format('    %I %s', attname, format_type(atttypid, atttypmod)), E',\n' ORDER BY attnum) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0),
    pg_temp.escaped(obj_description(pg_type.oid, 'pg_type')))
FROM pg_class JOIN pg_type ON pg_type.oid = reltype WHERE relnamespace = :'schema'::regnamespace AND relkind = 'c' ORDER BY relname;

SELECT CASE WHEN count(*) > 0 THEN E'\n## Views' END FROM pg_class WHERE relnamespace = :'schema'::regnamespace AND relkind = 'v' HAVING count(*) > 0;
SELECT format(E'\n### %s\n\n```sql\n(\n%s\n)\n```\n\n%s', relname,
    (SELECT string_agg(format('    %I %s', attname, format_type(atttypid, atttypmod)), E',\n' ORDER BY attnum) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0),
    pg_temp.escaped(obj_description(pg_class.oid, 'pg_class')))
FROM pg_class WHERE relnamespace = :'schema'::regnamespace AND relkind = 'v' ORDER BY relname;
