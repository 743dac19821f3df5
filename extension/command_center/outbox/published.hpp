// Pieces of SQL that tell a published message from one that is not, by the snapshots of the batches.
#pragma once

#include "extension/command_center/outbox/publisher_id.hpp"

// A row for each publisher. Everything visible in `whole` is published, and of what is visible in `sliced` as
// far as position `through`. A batch is published once a later row says so; a row without messages says that
// nothing was left before its snapshot. Which messages are the publisher's is what the share says.
// clang-format off
#define PUBLISHED_BY_PUBLISHER \
  "command_center.publishers AS publisher" \
  " LEFT JOIN command_center.publisher_shards AS share ON share.publisher = publisher.publisher" \
  " LEFT JOIN LATERAL (SELECT * FROM command_center.publication_batches AS batch" \
  "  WHERE batch.publisher = publisher.publisher ORDER BY batch_id DESC LIMIT 1) AS last ON true" \
  " LEFT JOIN LATERAL (SELECT * FROM command_center.publication_batches AS batch" \
  "  WHERE batch.publisher = publisher.publisher AND batch.batch_id = last.published_through" \
  "  AND batch.messages > 0 ORDER BY opened_at DESC LIMIT 1) AS done ON true" \
  " CROSS JOIN LATERAL (SELECT CASE WHEN last.messages = 0 THEN last.snapshot_after" \
  "   WHEN done.window_complete THEN done.snapshot_after" \
  "   ELSE coalesce(done.snapshot_before, '3:3:') END AS whole," \
  "  CASE WHEN last.messages > 0 AND NOT done.window_complete THEN done.snapshot_after END AS sliced," \
  "  done.slice_through AS through, coalesce(share.shard, 1) AS shard, coalesce(share.shards, 1) AS shards," \
  "  share.begins_at, share.ends_at) AS published"

// Conditions on `message`, beside a row of the above. The publisher has to publish it, or had.
#define IS_OF_PUBLISHER \
  IS_OF_SHARD("message.partition_key", "published.shard", "published.shards") \
  " AND (published.begins_at IS NULL" \
  "  OR NOT pg_visible_in_snapshot(message.transaction_id, published.begins_at))" \
  " AND (published.ends_at IS NULL OR pg_visible_in_snapshot(message.transaction_id, published.ends_at))"

// It still has to. The first line can use the index on transaction_id.
#define UNPUBLISHED_MESSAGE \
  "message.transaction_id >= pg_snapshot_xmin(published.whole)" \
  " AND NOT pg_visible_in_snapshot(message.transaction_id, published.whole)" \
  " AND (published.sliced IS NULL OR NOT pg_visible_in_snapshot(message.transaction_id, published.sliced)" \
  "  OR message.\"position\" > published.through) AND " IS_OF_PUBLISHER
// clang-format on
