-- What the row about consuming compares: a handler that does nothing, and a loop of bare inserts.
CREATE SCHEMA bench;
CREATE FUNCTION bench.ignore(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE TABLE bench.messages (topic text, partition integer, "offset" bigint, value text, PRIMARY KEY (topic, partition, "offset"));
-- Answers how many a second.
CREATE PROCEDURE bench.insert_one_by_one(many integer, batch integer, size integer, INOUT rate numeric) LANGUAGE plpgsql AS $$
DECLARE
    begun timestamptz := clock_timestamp();
    value text := repeat('x', size);
BEGIN
    FOR i IN 1..many LOOP
        INSERT INTO bench.messages VALUES ('bench-consume', i % 6, i, value);
        IF i % batch = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
    COMMIT;
    rate := many / extract(epoch FROM clock_timestamp() - begun);
END $$;
