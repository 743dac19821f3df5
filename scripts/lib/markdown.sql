-- What the generated pages share.
SET search_path = pg_catalog, pg_temp;

-- What Markdown would take for markup, and as code what is written like a name or a SQLSTATE, outside the quotes of JSON.
CREATE FUNCTION pg_temp.escaped(remark text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(regexp_replace(remark, '([\\*<>|`\[\]])', '\\\1', 'g'), '(?<!")\m([\w.]*\w_\w[\w.]*\w|(KC|22|23|25|40|42|53|54|55|57|58)[0-9A-Z]\d\d)\M(?!")', '`\1`', 'g') $$;
