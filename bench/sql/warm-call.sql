-- How many commands, and how many pairs of bare inserts, one transaction does in a second. Both loops are the same but for the statement.
CREATE SCHEMA bench;
CREATE FUNCTION bench.calls_per_second(calls integer, payload jsonb, tenant uuid) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    begun timestamptz;
BEGIN
    PERFORM command_center.execute_command('reservation.create', payload, tenant) FROM generate_series(1, 100);
    begun := clock_timestamp();
    FOR n IN 1..calls LOOP
        PERFORM command_center.execute_command('reservation.create', payload, tenant);
    END LOOP;
    RETURN calls / extract(epoch FROM clock_timestamp() - begun);
END $$;
CREATE FUNCTION bench.inserts_per_second(calls integer, payload jsonb, tenant uuid, headers json, value text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    begun timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1..calls LOOP
        WITH command AS (
            INSERT INTO bare_commands (tenant_id, command_name, payload) VALUES (tenant, 'reservation.create', payload) RETURNING command_id
        )
        INSERT INTO bare_outbox (command_id, topic, partition_key, headers, value)
        SELECT command.command_id, 'commands.primary', 'b2e372ee-9179-453d-81b0-7a44213c6092', headers, value FROM command;
    END LOOP;
    RETURN calls / extract(epoch FROM clock_timestamp() - begun);
END $$;
