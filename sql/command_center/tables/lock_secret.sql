-- What the keys of locks are hashed with: pg_locks shows them to everybody, and must not tell whose they are. No level may read it.
-- Whoever waits for an ordered key has locked the outbox: all that began without the secret ends before it comes.
LOCK TABLE command_center.transactional_outbox IN SHARE MODE;
CREATE TABLE command_center.lock_secret (
    secret uuid NOT NULL,
    CONSTRAINT lock_secret_pkey PRIMARY KEY (secret)
);
CREATE UNIQUE INDEX lock_secret_one_row ON command_center.lock_secret ((true));
INSERT INTO command_center.lock_secret (secret) VALUES (gen_random_uuid());
COMMENT ON TABLE command_center.lock_secret IS 'What the keys of locks are hashed with, so that pg_locks does not tell whose they are.';
COMMENT ON COLUMN command_center.lock_secret.secret IS 'Random bits of this database.';
