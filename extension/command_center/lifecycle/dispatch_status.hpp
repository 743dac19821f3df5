// The SQL that tells the status of many dispatches, whatever list they are on: list_dispatches and
// find_dispatches share it.
#pragma once

#include "extension/command_center/lifecycle/standing.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/published.hpp"

// What a statement with the next begins with.
#define WITH_PUBLISHED "WITH published AS MATERIALIZED (SELECT published.* FROM " PUBLISHED_BY_PUBLISHER ")"

// What a list says of a row `dispatch` and its status `standing`.
#define LISTED_OF_DISPATCH                                                                         \
  "command_id, command_name, standing.status, target_service, also_targets, correlation_id, mode," \
  " environment, property_id, received_at"

// A lateral relation with the column status, beside a row `dispatch` whose command_id is from $2 to $3. A
// command that nobody has reported on is received as long as its last sending is in the outbox and a
// publisher, and each whose it is, has not published it.
#define STATUS_OF_DISPATCH \
  "("                                                                                                       \
  "  WITH recorded AS MATERIALIZED (SELECT event_id, kind, service_id, at, detail"                          \
  "   FROM command_center.dispatch_events AS event"                                                         \
  "   WHERE event.tenant_id = dispatch.tenant_id AND event.command_id = dispatch.command_id"                \
  "    AND event.command_id >= $2 AND event.command_id <= $3)"                                              \
  "  SELECT coalesce((SELECT " STATUS_OF_STANDING " FROM (" STANDING_OF(                                    \
      "SELECT unnest(dispatch.target_service || coalesce(dispatch.also_targets, '{}')) AS service_id") ")"  \
  "    AS standing),"                                                                                       \
  "   CASE WHEN EXISTS (SELECT FROM command_center.transactional_outbox AS message"                         \
  "    WHERE message.\"position\" = coalesce((SELECT (detail ->> 'position')::bigint FROM recorded"         \
  "      WHERE kind = 'replayed' ORDER BY event_id DESC LIMIT 1), dispatch.\"position\")"                   \
  "    AND message.command_id = dispatch.command_id AND message.message_id >= dispatch.command_id"          \
  "    AND message.message_id >= $2"                                                                        \
  "    AND EXISTS (SELECT FROM published WHERE " UNPUBLISHED_MESSAGE ")"                                    \
  "    AND NOT EXISTS (SELECT FROM published WHERE NOT (" UNPUBLISHED_MESSAGE ") AND " IS_OF_PUBLISHER "))" \
  "   THEN 'received' ELSE 'published' END) AS status)"
