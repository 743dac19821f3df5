-- What somebody adds to the tables of setup() takes effect, though rows are written past the planner where nothing was added.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
CREATE FUNCTION test.book(id text, property uuid DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT status FROM command_center.execute_command('test.book', jsonb_build_object('id', id), test.tenant(), correlation_id => id, property_id => property)
$$;
CREATE TABLE test.seen (what text);

-- A trigger of each statement is the parent's alone, one of each row is on every partition.
CREATE FUNCTION test.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO test.seen VALUES (TG_LEVEL); RETURN NULL; END $$;
CREATE TRIGGER statement AFTER INSERT ON command_center.command_dispatches FOR EACH STATEMENT EXECUTE FUNCTION test.see();
SELECT test.book('a');
TABLE test.seen;
DROP TRIGGER statement ON command_center.command_dispatches;
CREATE TRIGGER of_row AFTER INSERT ON command_center.command_dispatches FOR EACH ROW EXECUTE FUNCTION test.see();
SELECT test.book('b');
TABLE test.seen;
DROP TRIGGER of_row ON command_center.command_dispatches;

-- A rule on the parent.
CREATE RULE also AS ON INSERT TO command_center.command_dispatches DO ALSO INSERT INTO test.seen VALUES ('rule ' || NEW.correlation_id);
SELECT test.book('c');
TABLE test.seen;
DROP RULE also ON command_center.command_dispatches;

-- An index of an expression, and one of some rows.
CREATE INDEX upper_case ON command_center.command_dispatches (upper(correlation_id));
CREATE INDEX of_some ON command_center.command_dispatches (correlation_id) WHERE property_id IS NOT NULL;
SELECT test.book('d'), test.book('e', test.tenant(7));
SET enable_seqscan = off;
SELECT correlation_id FROM command_center.command_dispatches WHERE upper(correlation_id) = 'D';
SELECT correlation_id FROM command_center.command_dispatches WHERE correlation_id = 'e' AND property_id IS NOT NULL;
RESET enable_seqscan;
DROP INDEX command_center.upper_case, command_center.of_some;

-- A column that may not be NULL any more.
DELETE FROM command_center.command_dispatches WHERE property_id IS NULL;
ALTER TABLE command_center.command_dispatches ALTER property_id SET NOT NULL;
\set VERBOSITY sqlstate
SELECT test.book('f');
\set VERBOSITY terse
SELECT test.book('g', test.tenant(7));
-- Everything that was accepted is there once.
SELECT correlation_id FROM command_center.command_dispatches ORDER BY command_id;
DROP FUNCTION test.book, test.see;
DROP TABLE test.seen;
