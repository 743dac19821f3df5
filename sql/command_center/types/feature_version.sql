CREATE TYPE command_center.feature_version AS (
    feature_id uuid,
    version integer
);
COMMENT ON TYPE command_center.feature_version IS
'A feature and its version after a change: state the version as expected_version of the next change.';
