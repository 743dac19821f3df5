-- A step that came after a release: 0.2.0 did not write down who wrote.
ALTER TABLE guestbook.entries ADD COLUMN written_by text;
COMMENT ON COLUMN guestbook.entries.written_by IS 'The role that wrote; NULL before 0.3.0.';
