CREATE FUNCTION command_center.simulate_route(command_name text, policy jsonb, sample integer DEFAULT 10000)
RETURNS TABLE (target_service text, dispatches bigint, dispatched_before bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_simulate_route';
COMMENT ON FUNCTION command_center.simulate_route IS
'How the latest dispatches of a command (up to sample, at most a million) would be split by a policy: how many each service would get, and how '
'many of the same dispatches it got in fact. Services count as available as they are now; target_service is NULL where none would be. '
'Dispatches whose stored sticky key is their own id keep it. Errors: KC002 for an unknown command, KC003 when the caller may not act for every '
'tenant, KC013 with located errors for an invalid policy, 22023 sample.';
REVOKE ALL ON FUNCTION command_center.simulate_route FROM PUBLIC;
