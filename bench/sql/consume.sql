-- What the row about consuming compares: a handler that does nothing, and bare inserts.
CREATE SCHEMA bench;
CREATE FUNCTION bench.ignore(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE SEQUENCE bench.offsets;
CREATE TABLE bench.messages (topic text, partition integer, "offset" bigint, value text, PRIMARY KEY (topic, partition, "offset"));
