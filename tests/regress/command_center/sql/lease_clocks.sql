-- A clock of the database that is set keeps nobody from publishing for longer than a moment: a lease from the future is over.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
-- As if the clock had been set back by this much since.
CREATE PROCEDURE test.set_back(by interval) LANGUAGE sql AS $$ UPDATE command_center.publisher_leases SET claimed_at = claimed_at + by, expires_at = expires_at + by $$;
SELECT granted, term FROM command_center.acquire_lease('default', 'a', '5 minutes');

-- By little: the lease holds.
CALL test.set_back('2 seconds');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '5 minutes');

-- By more, and its holder is dead: another gets it at once, in a new term; and so its own renewal is told apart, should the holder live after all.
CALL test.set_back('10 minutes');
SELECT lease_holder IS NULL AS nobody_works FROM command_center.outbox_status;
SELECT severity, finding FROM command_center.doctor() WHERE name IN ('lease', 'clock') ORDER BY finding;
SELECT command_center.rebase_outbox('default', NULL) IS NOT NULL AS not_kept_waiting;
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '5 minutes');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'a', '5 minutes');
SELECT command_center.rebase_outbox('default', NULL);
\echo :SQLSTATE
SELECT lease_holder FROM command_center.outbox_status;
-- What is numbered after a lease of the future counts all the same, and is renewed and given back.
SELECT claimed_at > expires_at AS numbered_after FROM command_center.publisher_leases ORDER BY claimed_at DESC LIMIT 1;
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '5 minutes');
SELECT command_center.release_lease('default', 'b');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'a', '5 minutes');

-- By days.
CALL test.set_back('3 days');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '1 hour');

-- A holder that is alive when the clock is set back starts over, in a term of its own: it cannot know who else was told that the lease is over.
CALL test.set_back('10 minutes');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '5 minutes');

-- Set forward, the lease is over at once; its holder is told.
CALL test.set_back('-1 hour');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'a', '5 minutes');
SELECT granted, term, current_holder FROM command_center.acquire_lease('default', 'b', '5 minutes');
DROP PROCEDURE test.set_back;
