-- Loads the hotel catalogue and some events, and checks the document that asyncapi() makes of them against the official schema of AsyncAPI 3.0,
-- which stands in the file :schema_file. Our own engine does the checking: the schema is draft 07.
\set ON_ERROR_STOP 1
\set QUIET 1
\pset tuples_only on
\pset format unaligned
CREATE EXTENSION command_center;
SELECT command_center.setup() AS steps \gset
SELECT count(*) AS loaded FROM command_center.load_catalog('hotel') \gset
SELECT command_center.set_topic('hotel.events', partitions => 6), command_center.set_topic('rooms', cleanup => 'compact,delete'),
    command_center.set_topic('plain', envelope => 'raw'), command_center.set_topic('commands.primary', partitions => 12) \gset
SELECT count(*) AS warnings FROM command_center.register_event('guest.registered', 'hotel.events',
    '{"type": "object", "properties": {"guestId": {"type": "string", "format": "uuid"}}, "required": ["guestId"], "additionalProperties": false}',
    description => 'A guest was registered.', ordered => true) \gset
SELECT count(*) AS warnings FROM command_center.register_event('guest.registered', 'hotel.events', 'true') \gset
SELECT count(*) AS warnings FROM command_center.register_event('room.state', 'rooms', '{"$defs": {"n": {"type": "integer"}}, "properties": {"n": {"$ref": "#/$defs/n"}}}') \gset
SELECT count(*) AS warnings FROM command_center.register_event('note.taken', 'plain') \gset
\set schema `cat "$ASYNCAPI_SCHEMA"`
-- A schema that took everything would prove nothing.
SELECT command_center.is_valid_json(:'schema'::jsonb, command_center.asyncapi() || '{"channels": 1}') AS takes_nonsense \gset
\if :takes_nonsense
\warn the schema takes a document that is none
SELECT 1 / 0;
\endif
SELECT format('%s: %s', problem ->> 'instanceLocation', problem ->> 'error')
FROM jsonb_array_elements(command_center.validate_json(:'schema'::jsonb, command_center.asyncapi()) -> 'errors') AS problem;
-- The official schema does not look into the schemas of values: each must compile.
SELECT count(command_center.is_valid_json(message #> '{payload,schema}', '1')) AS compiled FROM jsonb_each(command_center.asyncapi() #> '{components,messages}') AS message (id, message) \gset
SELECT command_center.is_valid_json(:'schema'::jsonb, command_center.asyncapi()) AS is_valid \gset
\if :is_valid
SELECT format('asyncapi: %s channels and %s messages are valid', count(*), (SELECT count(*) FROM jsonb_object_keys(command_center.asyncapi() #> '{components,messages}')))
FROM jsonb_object_keys(command_center.asyncapi() -> 'channels');
\else
SELECT 1 / 0;
\endif
