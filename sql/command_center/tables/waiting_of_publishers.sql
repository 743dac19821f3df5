-- Answers for a publisher alone, as outbox_status asks. With snapshots and shards of the caller's choice whoever may read that view learnt which
-- keys any tenant had sent something for.
CREATE OR REPLACE FUNCTION command_center.waiting_messages(whole pg_snapshot, sliced pg_snapshot, through bigint, shard bigint, shards bigint, ends_at pg_snapshot)
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
            AND EXISTS (
                SELECT FROM command_center.publishers AS known
                LEFT JOIN command_center.publisher_shards AS share ON share.publisher = known.publisher
                LEFT JOIN LATERAL (
                    SELECT batch.* FROM command_center.publication_batches AS batch
                    WHERE batch.publisher = known.publisher ORDER BY batch.batch_id DESC LIMIT 1) AS last ON true
                LEFT JOIN LATERAL (
                    SELECT batch.* FROM command_center.publication_batches AS batch
                    WHERE batch.publisher = known.publisher AND batch.batch_id = last.published_through AND batch.messages > 0
                    ORDER BY batch.opened_at DESC LIMIT 1) AS done ON true
                WHERE $1::text = CASE WHEN last.messages = 0 THEN last.snapshot_after WHEN done.window_complete THEN done.snapshot_after
                        ELSE coalesce(done.snapshot_before, '3:3:') END::text
                    AND $2::text IS NOT DISTINCT FROM CASE WHEN last.messages > 0 AND NOT done.window_complete THEN done.snapshot_after END::text
                    AND $3 IS NOT DISTINCT FROM done.slice_through
                    AND $4 IS NOT DISTINCT FROM share.shard AND $5 IS NOT DISTINCT FROM share.shards
                    AND $6::text IS NOT DISTINCT FROM share.ends_at::text)
        LIMIT 10000) AS message
$waiting_messages$;
COMMENT ON FUNCTION command_center.waiting_messages(pg_snapshot, pg_snapshot, bigint, bigint, bigint, pg_snapshot) IS
'How many messages lie behind a publisher''s last batch, at most 10,000, and where and when the first does. For the view outbox_status: no messages where these are no publisher''s '
'place and share.';
