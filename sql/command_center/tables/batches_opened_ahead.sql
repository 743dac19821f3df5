-- What lies in the outbox behind a publisher's last batch: after the snapshot "whole" everything, of what is visible in "sliced" as far as the
-- position "through". Up to 10,000 messages are counted. An ordinary function of the owner, SECURITY DEFINER because it counts over all tenants
-- for whoever may read outbox_status; it tells numbers only. Not in the view: the planner would compile (jit) for seconds, and expect so many
-- messages that it reads a large day as a whole.
CREATE FUNCTION command_center.waiting_messages(whole pg_snapshot, sliced pg_snapshot, through bigint, shard bigint, shards bigint, ends_at pg_snapshot)
RETURNS TABLE (messages bigint, lowest_position bigint, oldest_at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
AS $waiting_messages$
    SELECT count(*), min(message."position"),
        to_timestamp(('x' || left(replace(min(message.message_id::text), '-', ''), 12))::bit(48)::bigint / 1000.0)
    FROM (
        SELECT candidate."position", candidate.message_id FROM (
            (SELECT outbox."position", outbox.transaction_id, outbox.message_id, outbox.partition_key FROM command_center.transactional_outbox AS outbox
            WHERE outbox.transaction_id = ANY (ARRAY(SELECT pg_snapshot_xip($1))))
            UNION ALL
            (SELECT outbox."position", outbox.transaction_id, outbox.message_id, outbox.partition_key FROM command_center.transactional_outbox AS outbox
            WHERE outbox.transaction_id >= pg_snapshot_xmax($1))) AS candidate
        WHERE ($2 IS NULL OR NOT pg_visible_in_snapshot(candidate.transaction_id, $2) OR candidate."position" > $3)
            AND ($5 IS NULL OR $5 = 1 OR mod(hashtextextended(candidate.partition_key COLLATE "C", 0) & 9223372036854775807, $5) = $4 - 1)
            AND ($6 IS NULL OR pg_visible_in_snapshot(candidate.transaction_id, $6))
        LIMIT 10000) AS message
$waiting_messages$;
COMMENT ON FUNCTION command_center.waiting_messages(pg_snapshot, pg_snapshot, bigint, bigint, bigint, pg_snapshot) IS
'How many messages lie behind a publisher''s last batch, at most 10,000, and where and when the first does. For the view outbox_status.';
REVOKE ALL ON FUNCTION command_center.waiting_messages(pg_snapshot, pg_snapshot, bigint, bigint, bigint, pg_snapshot) FROM PUBLIC;

-- A batch may be opened before the one before it is published: the row that says so is not always the next one. And a publisher may have
-- a share of the keys, from one moment to another.
CREATE OR REPLACE VIEW command_center.outbox_status AS
SELECT publisher.publisher,
    CASE WHEN waiting.messages < 10000 THEN waiting.messages
        ELSE greatest(waiting.messages, drawn.last_value - waiting.lowest_position) END AS pending_messages,
    waiting.messages < 10000 AS pending_is_exact,
    clock_timestamp() - waiting.oldest_at AS oldest_pending_age,
    coalesce(CASE WHEN last.messages > 0 THEN last.batch_id ELSE last.published_through END, 0) AS last_batch_id,
    coalesce(last.published_through, 0) AS published_through,
    confirmed.opened_at AS last_published_at,
    lease.holder AS lease_holder,
    lease.expires_at AS lease_expires_at
FROM (
    SELECT listed.publisher FROM command_center.publishers AS listed
    WHERE listed.publisher = ANY (ARRAY(SELECT every.publisher FROM command_center.publishers AS every))) AS publisher
CROSS JOIN command_center.outbox_position AS drawn
LEFT JOIN command_center.publisher_shards AS share ON share.publisher = publisher.publisher
LEFT JOIN LATERAL (
    SELECT batch.* FROM command_center.publication_batches AS batch
    WHERE batch.publisher = publisher.publisher ORDER BY batch.batch_id DESC LIMIT 1) AS last ON true
LEFT JOIN LATERAL (
    SELECT batch.* FROM command_center.publication_batches AS batch
    WHERE batch.publisher = publisher.publisher AND batch.batch_id = last.published_through AND batch.messages > 0
    ORDER BY batch.opened_at DESC LIMIT 1) AS done ON true
LEFT JOIN LATERAL (
    SELECT batch.opened_at FROM command_center.publication_batches AS batch
    WHERE batch.publisher = publisher.publisher AND batch.batch_id > done.batch_id AND batch.published_through >= done.batch_id
    ORDER BY batch.batch_id LIMIT 1) AS confirmed ON true
LEFT JOIN LATERAL (
    SELECT held.holder, held.expires_at FROM (
        SELECT claimed.holder, claimed.claimed_at, claimed.expires_at FROM command_center.publisher_leases AS claimed
        WHERE claimed.publisher = publisher.publisher ORDER BY claimed.claimed_at DESC LIMIT 1) AS held
    WHERE held.expires_at > clock_timestamp() AND held.expires_at <= clock_timestamp() + interval '1 hour'
        -- A clock that was ahead, and is right again.
        AND (held.claimed_at <= clock_timestamp() + interval '5 seconds' OR held.claimed_at > held.expires_at)) AS lease ON true
CROSS JOIN LATERAL (
    SELECT CASE WHEN last.messages = 0 THEN last.snapshot_after WHEN done.window_complete THEN done.snapshot_after
            ELSE coalesce(done.snapshot_before, '3:3:') END AS whole,
        CASE WHEN last.messages > 0 AND NOT done.window_complete THEN done.snapshot_after END AS sliced,
        done.slice_through AS through) AS published
CROSS JOIN LATERAL command_center.waiting_messages(published.whole, published.sliced, published.through, share.shard, share.shards, share.ends_at) AS waiting;
