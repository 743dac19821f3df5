CREATE FUNCTION command_center.set_thing() RETURNS void
    LANGUAGE plpgsql
AS $set_thing$
BEGIN
    RAISE EXCEPTION 'no' USING HINT = 'See command_center.things(), or call {schema}.drop_thing(1).';
END
$set_thing$;
