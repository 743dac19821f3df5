CREATE FUNCTION guestbook.access_levels() RETURNS TABLE (level text, kind text, object text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100 SET search_path = pg_catalog, pg_temp
AS $access_levels$
    SELECT unnest(part.levels), part.kind, part.object
    FROM (VALUES
        ('{reader, operator, admin}'::text[], 'relation', 'books'),
        ('{reader, operator, admin}', 'relation', 'entries'),
        ('{dispatcher, operator, admin}', 'function', 'write_entry'),
        ('{operator, admin}', 'function', 'set_book'),
        ('{operator, admin}', 'function', 'doctor'),
        ('{operator, admin}', 'function', 'maintain'),
        ('{admin}', 'function', 'setup'),
        ('{admin}', 'function', 'setup_definitions')) AS part (levels, kind, object)
$access_levels$;
COMMENT ON FUNCTION guestbook.access_levels() IS
'What each level of command_center.grant_access may do here: the functions it may call and the relations it may read.';
REVOKE ALL ON FUNCTION guestbook.access_levels() FROM PUBLIC;
