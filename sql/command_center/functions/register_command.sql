CREATE FUNCTION command_center.register_command(
    command_name text,
    payload_schema jsonb,
    description text DEFAULT NULL,
    default_target text DEFAULT NULL,
    topic text DEFAULT NULL,
    required_modules text[] DEFAULT '{}',
    required_roles text[] DEFAULT '{}',
    availability text DEFAULT 'default',
    partition_key text DEFAULT NULL,
    ordered boolean DEFAULT false,
    sla interval DEFAULT NULL,
    examples jsonb DEFAULT NULL,
    version integer DEFAULT NULL,
    status text DEFAULT 'active')
RETURNS SETOF command_center.finding
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_register_command';
COMMENT ON FUNCTION command_center.register_command IS
'Adds a version of a command to the catalogue and answers the warnings about its schema, its key, a default_target that takes no commands '
'and what the active version has and this one leaves out. An active version replaces the active one '
'before it; the same definition again changes nothing. partition_key: JSON pointer into the payload whose value becomes the Kafka '
'key: an error where the schema lets it lead to no text, number or boolean, a warning where not in every payload. ordered: messages of one key are published in the order of their commits. required_modules: the tenant must have all of them '
'(enable_module). required_roles: initiator.role must be one of them. availability: default, or opt_in for a command that a feature must '
'enable first. sla: the time it should take, at most 1 year. examples: {"valid": [...], "invalid": [...]}, run as tests. Errors: KC013 '
'with located findings for an invalid definition, KC002 for an unknown default_target, KC006 when version is not the next one.';
REVOKE ALL ON FUNCTION command_center.register_command FROM PUBLIC;
