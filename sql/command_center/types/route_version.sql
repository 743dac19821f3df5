CREATE TYPE command_center.route_version AS (
    route_id uuid,
    version integer
);
COMMENT ON TYPE command_center.route_version IS
'A route and its version after a change: state the version as expected_version of the next change.';
