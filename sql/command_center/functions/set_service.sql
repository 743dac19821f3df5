CREATE FUNCTION command_center.set_service(
    service_id text,
    owner text DEFAULT NULL,
    status text DEFAULT 'healthy',
    topic text DEFAULT NULL,
    handler text DEFAULT NULL)
RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_set_service';
COMMENT ON FUNCTION command_center.set_service IS
'Adds a service or changes it: NULL, and what is left out, keeps what it has, and an empty text takes owner, topic or handler away. '
'status: healthy (unless said; NULL keeps it), draining or down; the last two take no new commands. topic: where '
'commands to it go unless the template names a topic. handler: a function schema.name(command_center.accepted_command) that returns jsonb; '
'commands to the service are then handled by it in the transaction and as the role of the caller, its answer is their result, and no '
'message goes to the service. It is called with the search path of the caller: it names its tables with their schema, or has a SET '
'search_path; one that is SECURITY DEFINER must have it. It belongs to a superuser, to the owner of the tables (whose code no superuser runs) '
'or to a role that has the rights of the caller; one of another role is SECURITY DEFINER and leaves no setting, temporary object or '
'deferred trigger behind. Errors: KC013 for an '
'invalid status or handler, 22023 for an invalid service_id or topic.';
REVOKE ALL ON FUNCTION command_center.set_service FROM PUBLIC;
