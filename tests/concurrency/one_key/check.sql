-- For each key one command and 31 replays of it, whoever rolled back in between.
SELECT count(*) AS keys, sum(answers) AS answers, sum(first_uses) AS first_uses, sum(commands) AS commands
FROM (SELECT step, count(*) AS answers, count(*) FILTER (WHERE NOT replayed) AS first_uses, count(DISTINCT command_id) AS commands
    FROM answers GROUP BY step) AS key;
SELECT (SELECT count(*) FROM command_center.command_dispatches) AS dispatches,
    (SELECT count(*) FROM command_center.transactional_outbox) AS messages,
    (SELECT count(*) FROM command_center.idempotency_keys) AS keys;
