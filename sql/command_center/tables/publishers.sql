-- Who publishes the outbox, and as which database: a restored copy has another identity and must not go on by itself.
CREATE TABLE command_center.publishers (
    publisher text NOT NULL,
    identity text NOT NULL,
    CONSTRAINT publishers_pkey PRIMARY KEY (publisher)
);
INSERT INTO command_center.publishers (publisher, identity) VALUES ('default', command_center.database_identity());
