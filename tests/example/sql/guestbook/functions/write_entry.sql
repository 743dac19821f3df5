CREATE FUNCTION guestbook.write_entry(book text, remark text, tenant_id uuid) RETURNS uuid
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'guestbook_write_entry';
COMMENT ON FUNCTION guestbook.write_entry(text, text, uuid) IS
'Writes into a book and answers the entry''s id. Errors: KC002 for a book that is not open, KC003 when the caller may not act for the tenant, '
'KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION guestbook.write_entry(text, text, uuid) FROM PUBLIC;
