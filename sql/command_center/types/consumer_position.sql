CREATE TYPE command_center.consumer_position AS (
    topic text,
    partition integer,
    next_offset bigint,
    attempt integer,
    end_offset bigint
);
COMMENT ON TYPE command_center.consumer_position IS
'Where a subscription goes on in a partition: next_offset is the first offset that has not been applied. attempt: how often the first message '
'was tried, this time included (NULL: once). end_offset: where the partition ended when it was last looked at, for the lag (NULL: unknown). See apply_messages.';
