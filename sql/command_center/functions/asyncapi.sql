CREATE FUNCTION command_center.asyncapi() RETURNS jsonb
    LANGUAGE c STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
    AS 'MODULE_PATHNAME', 'command_center_asyncapi';
COMMENT ON FUNCTION command_center.asyncapi() IS
'An AsyncAPI 3.0 document of what is sent to Kafka: a channel for each topic of commands and for each declared topic, with partitions and '
'configuration where they are declared; a message for each active command and each active version of an event, with the schemas of its '
'headers and its value. The same catalogue makes the same document.';
REVOKE ALL ON FUNCTION command_center.asyncapi() FROM PUBLIC;
