-- What the rows about JSON Schema share: documents, and how long an expression takes over jsonb_typeof of the same documents.
CREATE SCHEMA bench;
CREATE TABLE bench.documents (document jsonb NOT NULL);

-- Calls per second of an expression over `document`, evaluated `repeats` times for each of them, without what reading the rows costs.
CREATE FUNCTION bench.calls_per_second(expression text, repeats integer) RETURNS double precision LANGUAGE plpgsql
    SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    -- In the SELECT list, above the join: a WHERE clause would be evaluated once for each document.
    statement text := 'SELECT count(%2$s) FROM generate_series(1, %1$s) CROSS JOIN bench.documents';
    calls bigint;
    begun timestamptz := clock_timestamp();
    read_at timestamptz;
BEGIN
    EXECUTE format(statement, repeats, 'jsonb_typeof(document)') INTO calls;
    read_at := clock_timestamp();
    EXECUTE format(statement, repeats, expression) INTO calls;
    RETURN calls / extract(epoch FROM (clock_timestamp() - read_at) - (read_at - begun));
END $$;

-- A validator as one writes it in PL/pgSQL: the keywords that the schema of the bench uses, and no more.
CREATE FUNCTION bench.plpgsql_is_valid(schema jsonb, instance jsonb, root jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    kind text := jsonb_typeof(instance);
    name text;
    part jsonb;
    length integer;
BEGIN
    IF schema ? '$ref' AND NOT bench.plpgsql_is_valid(root #> string_to_array(substr(schema ->> '$ref', 3), '/'), instance, root) THEN
        RETURN false;
    END IF;
    IF schema ? 'type' AND NOT (schema -> 'type' @> to_jsonb(kind)
        OR schema ->> 'type' = 'integer' AND kind = 'number' AND (instance #>> '{}')::numeric % 1 = 0) THEN
        RETURN false;
    END IF;
    IF schema ? 'const' AND schema -> 'const' <> instance OR schema ? 'enum' AND NOT schema -> 'enum' @> jsonb_build_array(instance) THEN
        RETURN false;
    END IF;
    FOR part IN SELECT jsonb_array_elements(schema -> 'allOf') LOOP
        IF NOT bench.plpgsql_is_valid(part, instance, root) THEN RETURN false; END IF;
    END LOOP;
    CASE kind
    WHEN 'object' THEN
        FOR name IN SELECT jsonb_array_elements_text(schema -> 'required') LOOP
            IF NOT instance ? name THEN RETURN false; END IF;
        END LOOP;
        FOR name, part IN SELECT key, value FROM jsonb_each(instance) LOOP
            IF schema #> ARRAY['properties', name] IS NOT NULL THEN
                IF NOT bench.plpgsql_is_valid(schema #> ARRAY['properties', name], part, root) THEN RETURN false; END IF;
            ELSIF schema -> 'additionalProperties' = 'false' THEN
                RETURN false;
            END IF;
        END LOOP;
    WHEN 'array' THEN
        length := jsonb_array_length(instance);
        IF length < (schema ->> 'minItems')::integer OR length > (schema ->> 'maxItems')::integer THEN RETURN false; END IF;
        IF schema -> 'uniqueItems' = 'true' AND length > (SELECT count(DISTINCT item) FROM jsonb_array_elements(instance) AS item) THEN
            RETURN false;
        END IF;
        IF schema ? 'items' THEN
            FOR part IN SELECT jsonb_array_elements(instance) LOOP
                IF NOT bench.plpgsql_is_valid(schema -> 'items', part, root) THEN RETURN false; END IF;
            END LOOP;
        END IF;
    WHEN 'string' THEN
        length := char_length(instance #>> '{}');
        IF length < (schema ->> 'minLength')::integer OR length > (schema ->> 'maxLength')::integer
            OR instance #>> '{}' !~ (schema ->> 'pattern') THEN
            RETURN false;
        END IF;
    WHEN 'number' THEN
        IF (instance #>> '{}')::numeric < (schema ->> 'minimum')::numeric OR (instance #>> '{}')::numeric > (schema ->> 'maximum')::numeric THEN
            RETURN false;
        END IF;
    ELSE NULL;
    END CASE;
    RETURN true;
END $$;
