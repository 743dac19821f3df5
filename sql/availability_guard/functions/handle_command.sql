CREATE FUNCTION availability_guard.handle_command(command command_center.accepted_command) RETURNS jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'availability_guard_handle_command';
COMMENT ON FUNCTION availability_guard.handle_command(command_center.accepted_command) IS
'The handler of the service availability-guard-service: inventory.lock.room, inventory.confirm.room, inventory.release.room and inventory.release.bulk do what lock_room, confirm_lock, release_room and '
'bulk_release do, in the transaction and as the role of who sends the command, whose id is the request_id. The answer, {"status", "lockId", "version", "expiresAt", "witness"} of a lock and {"status", "released"} of a release, is the result of the command; '
'a CONFLICT is one, too. Errors: those of the functions, KC012 for another command, 22023 for a payload of another tenant.';
REVOKE ALL ON FUNCTION availability_guard.handle_command(command_center.accepted_command) FROM PUBLIC;
