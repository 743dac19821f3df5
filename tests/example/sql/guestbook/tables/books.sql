-- The catalogue: sessions keep what they have read of it, and forget it when it changes.
CREATE TABLE guestbook.books (
    book text NOT NULL,
    is_open boolean NOT NULL,
    CONSTRAINT books_pkey PRIMARY KEY (book)
);
COMMENT ON TABLE guestbook.books IS 'The books that there are.';
