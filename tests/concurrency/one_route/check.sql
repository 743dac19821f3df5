-- No command was decided by a version older than what its session could see before, nor by one that was not committed when it ended.
SELECT count(*) FILTER (WHERE dispatch.route_version < version_before) AS stale, count(*) FILTER (WHERE dispatch.route_version > version_after) AS early,
    count(*) AS followed, max(version_after) > 50 AS switched_often,
    -- One version has one target.
    count(DISTINCT (dispatch.route_version, dispatch.target_service)) - count(DISTINCT dispatch.route_version) AS torn
FROM followed JOIN command_center.command_dispatches AS dispatch USING (command_id);
