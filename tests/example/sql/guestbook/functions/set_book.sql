CREATE FUNCTION guestbook.set_book(book text, is_open boolean DEFAULT true) RETURNS void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'guestbook_set_book';
COMMENT ON FUNCTION guestbook.set_book(text, boolean) IS
'Adds a book, opens or closes it. Errors: 22023 for an invalid name, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION guestbook.set_book(text, boolean) FROM PUBLIC;
