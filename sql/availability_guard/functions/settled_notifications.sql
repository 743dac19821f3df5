CREATE FUNCTION availability_guard.settled_notifications(tenant_id uuid, event_id uuid) RETURNS TABLE (channel text, status text)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 3 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_settled_notifications';
COMMENT ON FUNCTION availability_guard.settled_notifications(uuid, uuid) IS
'For the relay: the channels on which there is nothing left to do for an event, and what became of it. Errors: KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.settled_notifications(uuid, uuid) FROM PUBLIC;
