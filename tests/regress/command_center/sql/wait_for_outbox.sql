-- Waiting for the outbox is bounded, and what is asked of it is checked. tests/isolation has what wakes it.
\set VERBOSITY terse
SELECT command_center.wait_for_outbox() AS seen \gset
SELECT command_center.wait_for_outbox('0', :seen) = :seen AS nothing_came;
SELECT command_center.wait_for_outbox('1 millisecond', :seen) = :seen AS nothing_came;
-- A count from before the server started is not waited with.
SELECT command_center.wait_for_outbox('1 second', :seen + 1) = :seen AS at_once;
SELECT command_center.wait_for_outbox('1.000001 seconds');
\echo :SQLSTATE
SELECT command_center.wait_for_outbox('-1 second');
\echo :SQLSTATE
SELECT command_center.wait_for_outbox('1 day -23:59:59.5');
\echo :SQLSTATE
SELECT command_center.wait_for_outbox(NULL);
\echo :SQLSTATE
