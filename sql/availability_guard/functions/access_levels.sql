CREATE FUNCTION availability_guard.access_levels() RETURNS TABLE (level text, kind text, object text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100 SET search_path = pg_catalog, pg_temp
AS $access_levels$
    SELECT unnest(part.levels), part.kind, object.name
    FROM (VALUES
        ('{reader, operator, admin}'::text[], 'relation',
            '{inventory_locks, lock_events, properties, rooms, guard_settings, type_nights, notification_deliveries}'::text[]),
        ('{reader, dispatcher, operator, admin}', 'function', '{check_room, get_lock, availability, overcommitted_nights}'),
        ('{dispatcher, operator, admin}', 'function',
            '{lock_room, lock_rooms, require_lock, extend_lock, confirm_lock, release_room, bulk_release, handle_command}'),
        ('{operator, admin}', 'function', '{set_property, set_room, set_guard, set_capacity, verify, doctor, maintain, load_catalog, catalog_definitions}'),
        ('{relay, operator, admin}', 'function', '{handle_message}'),
        ('{relay}', 'function', '{settled_notifications, record_notification}'),
        ('{relay, operator, admin}', 'function', '{end_expired}'),
        ('{admin}', 'function', '{setup, setup_definitions}')) AS part (levels, kind, objects)
    CROSS JOIN LATERAL unnest(part.objects) AS object (name)
$access_levels$;
COMMENT ON FUNCTION availability_guard.access_levels() IS
'What each level of command_center.grant_access may do here: the functions it may call and the relations it may read.';
REVOKE ALL ON FUNCTION availability_guard.access_levels() FROM PUBLIC;
