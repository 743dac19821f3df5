-- A message without a value is a tombstone: a compacted topic forgets its key.
ALTER TABLE command_center.transactional_outbox ALTER COLUMN value DROP NOT NULL;
