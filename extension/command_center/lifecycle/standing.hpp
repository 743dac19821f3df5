// The SQL that tells how a dispatch stands by what its services reported; get_dispatch and list_dispatches
// share it, so that they never disagree.
#pragma once

// The last event of each of `services` (a query for a column service_id) since the last replay: columns
// service_id, kind, at, detail. `recorded` is a relation of the dispatch's events.
#define STANDING_OF(services)                                                              \
  "SELECT service.service_id, last.kind, last.at, last.detail FROM (" services             \
  ") AS service LEFT JOIN LATERAL ("                                                       \
  "  SELECT kind, at, detail FROM recorded WHERE recorded.service_id = service.service_id" \
  "  AND event_id > coalesce((SELECT event_id FROM recorded WHERE kind = 'replayed'"       \
  "   ORDER BY event_id DESC LIMIT 1), '00000000-0000-0000-0000-000000000000')"            \
  "  ORDER BY event_id DESC LIMIT 1) AS last ON true"

// Over the rows of the targets: one failure makes the dispatch failed, all must be done to make it completed.
// NULL: no target has reported.
#define STATUS_OF_STANDING                                                           \
  "CASE WHEN bool_or(kind = 'failed') THEN 'failed'"                                 \
  " WHEN bool_and(" IS_DONE                                                          \
  ") THEN CASE WHEN bool_or(kind = 'completed') THEN 'completed' ELSE 'ignored' END" \
  " WHEN bool_or(kind IS NOT NULL) THEN 'consumed' END"

#define IS_DONE "coalesce(kind IN ('completed', 'ignored'), false)"
