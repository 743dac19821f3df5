-- A constraint that is checked at the commit fails the message that breaks it, and no other of its batch.
\set SHOW_CONTEXT never
CALL test.start();
CREATE TABLE test.guests (id text, CONSTRAINT guests_pkey PRIMARY KEY (id));
CREATE TABLE test.stays (guest text CONSTRAINT stays_guest_fkey REFERENCES test.guests DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE test.fired (guest text);
CREATE FUNCTION test.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO test.fired VALUES (NEW.guest); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON test.stays DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test.fire();
-- "stay NAME" needs a guest; "both NAME" brings one, after the stay.
CREATE FUNCTION test.take(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO test.stays VALUES (message.value);
    IF message.key = 'both' THEN
        INSERT INTO test.guests VALUES (message.value);
    END IF;
END $$;
CREATE FUNCTION test.message("offset" bigint, key text, value text) RETURNS command_center.kafka_message LANGUAGE sql AS $$
    SELECT ROW('stays', 0, "offset", NULL, key, value, NULL, NULL, NULL, NULL)::command_center.kafka_message
$$;
CREATE FUNCTION test.at(next_offset bigint, attempt integer DEFAULT 1) RETURNS command_center.consumer_position[] LANGUAGE sql AS $$
    SELECT ARRAY[ROW('stays', 0, next_offset, attempt, NULL)::command_center.consumer_position]
$$;
SELECT command_center.set_subscription('stays', '{stays}', 'test.take(command_center.kafka_message)', max_attempts => 2);
SELECT subscription_id AS id FROM command_center.subscriptions \gset
SELECT next_offset FROM command_center.begin_consuming('stays', :'id', test.at(0));

-- Good ones are as deferred as ever, and their triggers run once.
SELECT status, next_offset, handled FROM command_center.apply_messages('stays', :'id', test.at(0), ARRAY[test.message(0, 'both', 'a'), test.message(1, 'stay', 'a')]);
SELECT guest, count(*) FROM test.fired GROUP BY 1 ORDER BY 1;

-- A bad one holds up what is behind it until its last attempt.
SELECT status, next_offset, handled, sqlstate, message
FROM command_center.apply_messages('stays', :'id', test.at(2), ARRAY[test.message(2, 'both', 'b'), test.message(3, 'stay', 'nobody'), test.message(4, 'both', 'c')]);
SELECT status, next_offset, handled, dead_letters
FROM command_center.apply_messages('stays', :'id', test.at(3, 2), ARRAY[test.message(3, 'stay', 'nobody'), test.message(4, 'both', 'c')]);
SELECT "offset", sqlstate, error FROM command_center.list_dead_letters();
SELECT guest, count(*) FROM test.fired GROUP BY 1 ORDER BY 1;
SELECT guest, count(*) FROM test.stays GROUP BY 1 ORDER BY 1;

-- A replay, too, tells which one it is.
SELECT outcome, sqlstate FROM command_center.replay_dead_letters('stays', 'again');
INSERT INTO test.guests VALUES ('nobody');
SELECT outcome, sqlstate FROM command_center.replay_dead_letters('stays', 'he is a guest now');
SELECT guest, count(*) FROM test.fired GROUP BY 1 ORDER BY 1;

-- All at once.
CREATE FUNCTION test.take_all(messages command_center.kafka_message[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO test.stays SELECT value FROM unnest(messages)
$$;
SELECT command_center.set_subscription('stays', handler => 'test.take_all(command_center.kafka_message[])', max_attempts => 1);
SELECT status, next_offset, handled, dead_letters
FROM command_center.apply_messages('stays', :'id', test.at(5), ARRAY[test.message(5, 'stay', 'a'), test.message(6, 'stay', 'x'), test.message(7, 'stay', 'b')]);
SELECT guest, count(*) FROM test.stays GROUP BY 1 ORDER BY 1;
DROP TABLE test.stays, test.guests, test.fired;
DROP FUNCTION test.take, test.take_all, test.message, test.at, test.fire;
