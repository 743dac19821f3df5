-- A dispatch is told of by plans of its day: each day's rows are found, in whatever order days are asked for, and after a day was made anew.
\set SHOW_CONTEXT never
CALL test.start();
SELECT set_config('test.midnight', extract(epoch FROM date_trunc('day', now(), 'UTC'))::bigint::text, false) IS NULL AS lost;
-- That many days and milliseconds after the last midnight (UTC).
CREATE FUNCTION test.id_at(days integer, milliseconds integer, n integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex((current_setting('test.midnight')::bigint + days * 86400) * 1000 + milliseconds), 12, '0')
        || '70008000' || lpad(to_hex(n), 12, '0'))::uuid
$$;
-- Executes a command and moves it, its message and its event to that day.
CREATE PROCEDURE test.execute_on(days integer, n integer) LANGUAGE plpgsql AS $$
DECLARE
    executed uuid;
BEGIN
    SELECT command_id INTO executed FROM command_center.execute_command('test.book', jsonb_build_object('id', n::text), test.tenant());
    PERFORM command_center.acknowledge_command(test.tenant(), executed, 'consumed', 'bookings', jsonb_build_object('n', n));
    UPDATE command_center.command_dispatches SET command_id = test.id_at(days, 1, n) WHERE command_id = executed;
    UPDATE command_center.dispatch_events SET command_id = test.id_at(days, 1, n) WHERE command_id = executed;
    UPDATE command_center.transactional_outbox SET command_id = test.id_at(days, 1, n), message_id = test.id_at(days, 2, n) WHERE command_id = executed;
END $$;
CREATE FUNCTION test.told(command_id uuid) RETURNS TABLE (status text, published text, detail text) LANGUAGE sql AS $$
    SELECT dispatch ->> 'status', dispatch #>> '{published,state}', dispatch #>> '{services,0,detail}'
    FROM command_center.get_dispatch(test.tenant(), command_id) AS dispatch
$$;

-- More days than plans are kept, forth and back.
DO $$ BEGIN
    FOR day IN 0..6 LOOP
        CALL test.execute_on(day, day + 1);
    END LOOP;
END $$;
SELECT day, told.* FROM generate_series(0, 6) AS day CROSS JOIN LATERAL test.told(test.id_at(day, 1, day + 1)) AS told;
SELECT day, told.* FROM generate_series(6, 0, -1) AS day CROSS JOIN LATERAL test.told(test.id_at(day, 1, day + 1)) AS told;

-- A command right before midnight, and its message behind it.
CALL test.execute_on(2, 8);
UPDATE command_center.command_dispatches SET command_id = test.id_at(3, -1, 8) WHERE command_id = test.id_at(2, 1, 8);
UPDATE command_center.dispatch_events SET command_id = test.id_at(3, -1, 8) WHERE command_id = test.id_at(2, 1, 8);
UPDATE command_center.transactional_outbox SET command_id = test.id_at(3, -1, 8), message_id = test.id_at(3, 0, 8) WHERE command_id = test.id_at(2, 1, 8);
SELECT * FROM test.told(test.id_at(3, -1, 8));

-- A day that is not there any more, and one that is there anew, under another name and with its columns in another order.
SELECT relname AS day FROM pg_class WHERE oid = (SELECT tableoid FROM command_center.command_dispatches WHERE command_id = test.id_at(4, 1, 5)) \gset
ALTER TABLE command_center.command_dispatches DETACH PARTITION command_center.:"day";
\set VERBOSITY sqlstate
SELECT * FROM test.told(test.id_at(4, 1, 5));
\set VERBOSITY default
SELECT string_agg(format('%I %s%s', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY attnum DESC) AS columns,
    string_agg(quote_ident(attname), ', ') AS names
FROM pg_attribute WHERE attrelid = ('command_center.' || :'day')::regclass AND attnum > 0 \gset
CREATE TABLE "Another day" (:columns);
INSERT INTO "Another day" (:names) SELECT :names FROM command_center.:"day";
SELECT format('ALTER TABLE command_center.command_dispatches ATTACH PARTITION "Another day" FOR VALUES FROM (%L) TO (%L)',
    test.id_at(4, 0, 0)::text, test.id_at(5, 0, 0)::text) AS attach \gset
SELECT replace(replace(:'attach', '7000-8000-000000000000', '0000-0000-000000000000'), '70008000', '00000000') AS attach \gset
:attach;
SELECT * FROM test.told(test.id_at(4, 1, 5));
-- Made again as setup() makes it.
ALTER TABLE command_center.command_dispatches DETACH PARTITION "Another day";
SELECT replace(:'attach', '"Another day"', 'command_center.' || quote_ident(:'day')) AS attach \gset
:attach;
SELECT * FROM test.told(test.id_at(4, 1, 5));
DROP TABLE "Another day";

-- Two days that changed their names, a plan of each being there.
SELECT day, told.* FROM generate_series(5, 6) AS day CROSS JOIN LATERAL test.told(test.id_at(day, 1, day + 1)) AS told;
SELECT relname AS fifth FROM pg_class WHERE oid = (SELECT tableoid FROM command_center.command_dispatches WHERE command_id = test.id_at(5, 1, 6)) \gset
SELECT relname AS sixth FROM pg_class WHERE oid = (SELECT tableoid FROM command_center.command_dispatches WHERE command_id = test.id_at(6, 1, 7)) \gset
ALTER TABLE command_center.:"fifth" RENAME TO "Between";
SELECT day, told.* FROM generate_series(5, 6) AS day CROSS JOIN LATERAL test.told(test.id_at(day, 1, day + 1)) AS told;
ALTER TABLE command_center.:"sixth" RENAME TO :"fifth";
ALTER TABLE command_center."Between" RENAME TO :"sixth";
SELECT day, told.* FROM generate_series(5, 6) AS day CROSS JOIN LATERAL test.told(test.id_at(day, 1, day + 1)) AS told;

-- A table beside the days that is not what setup() made says so, with and without a plan.
ALTER TABLE command_center.command_templates RENAME sla TO promised;
\set VERBOSITY sqlstate
SELECT * FROM test.told(test.id_at(5, 1, 6));
SELECT * FROM test.told(test.id_at(1, 1, 2));
\set VERBOSITY default
ALTER TABLE command_center.command_templates RENAME promised TO sla;
SELECT * FROM test.told(test.id_at(5, 1, 6));
