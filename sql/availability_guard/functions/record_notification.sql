CREATE FUNCTION availability_guard.record_notification(
    tenant_id uuid, event_id uuid, channel text, status text, attempts integer, recipients integer, detail text) RETURNS boolean
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_record_notification';
COMMENT ON FUNCTION availability_guard.record_notification(uuid, uuid, text, text, integer, integer, text) IS
'For the relay: writes down what became of a notification on a channel; false where that is known already, which stays. Errors: 22004 a NULL that is not detail, '
'22023 another channel or status than there are, a negative number, 23514 no partition for the day of the event, KC015 when setup() has not run.';
REVOKE ALL ON FUNCTION availability_guard.record_notification(uuid, uuid, text, text, integer, integer, text) FROM PUBLIC;
