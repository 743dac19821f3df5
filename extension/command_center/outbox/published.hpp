// Pieces of SQL that tell a published message from one that is not, by the snapshots of the batches.
#pragma once

// A row for each publisher. Everything visible in `whole` is published, and of what is visible in `sliced` as
// far as position `through`. A batch is published once a later row says so; a row without messages says that
// nothing was left before its snapshot.
// clang-format off
#define PUBLISHED_BY_PUBLISHER \
  "command_center.publishers AS publisher" \
  " LEFT JOIN LATERAL (SELECT * FROM command_center.publication_batches AS batch" \
  "  WHERE batch.publisher = publisher.publisher ORDER BY batch_id DESC LIMIT 1) AS last ON true" \
  " LEFT JOIN LATERAL (SELECT * FROM command_center.publication_batches AS batch" \
  "  WHERE batch.publisher = publisher.publisher AND batch.batch_id = last.published_through" \
  "  AND batch.messages > 0 ORDER BY opened_at DESC LIMIT 1) AS done ON true" \
  " CROSS JOIN LATERAL (SELECT CASE WHEN last.messages = 0 THEN last.snapshot_after" \
  "   WHEN done.window_complete THEN done.snapshot_after" \
  "   ELSE coalesce(done.snapshot_before, '3:3:') END AS whole," \
  "  CASE WHEN last.messages > 0 AND NOT done.window_complete THEN done.snapshot_after END AS sliced," \
  "  done.slice_through AS through) AS published"

// The condition on `message`, beside a row of the above. Its first line can use the index on transaction_id.
#define UNPUBLISHED_MESSAGE \
  "message.transaction_id >= pg_snapshot_xmin(published.whole)" \
  " AND NOT pg_visible_in_snapshot(message.transaction_id, published.whole)" \
  " AND (published.sliced IS NULL OR NOT pg_visible_in_snapshot(message.transaction_id, published.sliced)" \
  "  OR message.\"position\" > published.through)"
// clang-format on
