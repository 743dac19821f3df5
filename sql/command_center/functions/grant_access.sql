-- SECURITY DEFINER: the rights on the functions belong to the owner of the extension, and an admin, who may call this, is seldom
-- that. It gives rights on objects of this schema only, and only those that access_levels() lists; what it reads and writes of the
-- tables, it does as their owner.
CREATE FUNCTION command_center.grant_access(role text, level text) RETURNS boolean
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_grant_access';
COMMENT ON FUNCTION command_center.grant_access(text, text) IS
'Gives a database role what a level may do, and answers false when it had all of it; access_levels() lists what that is. reader: look at the '
'catalogue, dispatches and health. dispatcher: reader''s functions, execute and acknowledge commands, publish events. relay: exactly '
'what the relay calls. monitor: doctor(), the views health and outbox_status, and no row of any tenant. operator: reader and dispatcher, and '
'change the catalogue, replay, read the audit, doctor(); acts for every tenant. admin: operator, and say who may do what. A reader or dispatcher sees and acts for the tenants it is bound to (bind_role). Errors: '
'KC002 for an unknown role, 22023 for an unknown level.';
REVOKE ALL ON FUNCTION command_center.grant_access(text, text) FROM PUBLIC;
