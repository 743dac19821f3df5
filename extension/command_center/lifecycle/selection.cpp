// Reads pages of dispatches.
#include "extension/command_center/lifecycle/selection.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <iterator>

#include "extension/command_center/lifecycle/standing.hpp"
#include "extension/command_center/outbox/batch.hpp"
#include "extension/command_center/outbox/published.hpp"
#include "extension/core/identifiers/uuid_v7.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::string_view kStatuses[] = {"received",  "published", "consumed",
                                          "completed", "failed",    "ignored"};

// $1 tenant, $2 the first id, $3 the last id. A command that nobody has reported on is received as long as
// its last sending is in the outbox and no publisher has published it.
#define DISPATCHES \
  "WITH published AS MATERIALIZED (SELECT published.* FROM " PUBLISHED_BY_PUBLISHER                         \
  ") SELECT command_id, command_name, standing.status, target_service, also_targets, correlation_id, mode," \
  " environment, property_id, received_at"                                                                  \
  " FROM command_center.command_dispatches AS dispatch CROSS JOIN LATERAL ("                                \
  "  WITH recorded AS MATERIALIZED (SELECT event_id, kind, service_id, at, detail"                          \
  "   FROM command_center.dispatch_events AS event"                                                         \
  "   WHERE event.tenant_id = dispatch.tenant_id AND event.command_id = dispatch.command_id"           \
  "    AND event.command_id >= $2 AND event.command_id <= $3)"               \
  "  SELECT coalesce((SELECT " STATUS_OF_STANDING " FROM (" STANDING_OF(                                    \
      "SELECT unnest(dispatch.target_service || coalesce(dispatch.also_targets, '{}')) AS service_id") ")"  \
  "    AS standing),"                                                                                       \
  "   CASE WHEN EXISTS (SELECT FROM command_center.transactional_outbox AS message"                         \
  "    WHERE message.\"position\" = coalesce((SELECT (detail ->> 'position')::bigint FROM recorded"         \
  "      WHERE kind = 'replayed' ORDER BY event_id DESC LIMIT 1), dispatch.\"position\")"                   \
  "    AND message.command_id = dispatch.command_id AND message.message_id >= dispatch.command_id"          \
  "    AND NOT EXISTS (SELECT FROM published WHERE NOT (" UNPUBLISHED_MESSAGE ")))"                         \
  "   THEN 'received' ELSE 'published' END) AS status) AS standing"                                         \
  " WHERE dispatch.tenant_id = $1 AND dispatch.command_id >= $2 AND dispatch.command_id <= $3"              \
  " AND ($4 IS NULL OR dispatch.command_name = $4)"                                                         \
  " AND ($5 IS NULL OR dispatch.target_service = $5 OR $5 = ANY (dispatch.also_targets))"                   \
  " AND ($6 IS NULL OR dispatch.correlation_id = $6)"                                                       \
  " AND ($7 IS NULL OR dispatch.received_at >= $7) AND ($8 IS NULL OR dispatch.received_at < $8)"           \
  " AND ($9 IS NULL OR standing.status = $9)"

#define PARAMETERS                                                                                         \
  10, {                                                                                                    \
    UUIDOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, INT4OID \
  }
#define NEWEST DISPATCHES " ORDER BY dispatch.command_id DESC LIMIT $10"

// With a beginning, planning for the few days that are left is worth its time.
Statement select_newest = {kInstallation, NEWEST, PARAMETERS, Planning::kOnce};
Statement select_newest_of_range = {kInstallation, NEWEST, PARAMETERS, Planning::kEachTime};
Statement select_oldest = {kInstallation, DISPATCHES " ORDER BY dispatch.command_id LIMIT $10", PARAMETERS,
                           Planning::kEachTime};

struct Range {
  identifiers::Uuid first;
  identifiers::Uuid last;
};

// The lowest id of an instant; ids end in the year 10889, and the server's time so much later that counting
// it from 1970 would overflow.
identifiers::Uuid lowest_id_at(std::int64_t server_timestamp) {
  constexpr std::int64_t kLastMillisecond = (std::int64_t{1} << 48) - 1;
  const std::int64_t milliseconds =
      unix_microseconds(std::min(server_timestamp, kLastMillisecond * 1000)) / 1000;
  return identifiers::lower_bound_at(std::clamp(milliseconds, std::int64_t{0}, kLastMillisecond));
}

identifiers::Uuid highest_id() {
  identifiers::Uuid id;
  id.bytes.fill(0xff);
  return id;
}

// The ends have no neighbour, and are no ids of commands.
identifiers::Uuid successor(identifiers::Uuid id) {
  if (id == highest_id()) return id;
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend() && ++*byte == 0; ++byte) continue;
  return id;
}

identifiers::Uuid predecessor(identifiers::Uuid id) {
  if (id == identifiers::Uuid{}) return id;
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend() && (*byte)-- == 0; ++byte) continue;
  return id;
}

Range range_of(const Selection& selection, Order order) {
  Range range = {{}, highest_id()};
  if (selection.has_received_from && !TIMESTAMP_NOT_FINITE(selection.received_from)) {
    range.first = lowest_id_at(selection.received_from);
  }
  if (selection.has_received_before && !TIMESTAMP_NOT_FINITE(selection.received_before)) {
    // An id may be of the millisecond in which the range ends.
    range.last = lowest_id_at(selection.received_before + 1000);
  }
  if (!selection.has_cursor) return range;
  if (order == Order::kNewestFirst) {
    range.last = std::min(range.last, predecessor(selection.cursor));
  } else {
    range.first = std::max(range.first, successor(selection.cursor));
  }
  return range;
}

void add_time(Parameters& parameters, bool present, std::int64_t time) {
  if (present) {
    parameters.add(TimestampTzGetDatum(time));
  } else {
    parameters.add_null();
  }
}

}  // namespace

void check_status_of_dispatch(std::string_view status) {
  if (std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses)) return;
  refuse("22023", "status must be received, published, consumed, completed, failed or ignored");
}

std::uint64_t select_dispatches(const Selection& selection, Order order) {
  const Range range = range_of(selection, order);
  Parameters parameters;
  for (const identifiers::Uuid* id : {&selection.tenant_id, &range.first, &range.last}) {
    parameters.add(uuid_datum(*id));
  }
  for (const std::string_view text :
       {selection.command_name, selection.target_service, selection.correlation_id}) {
    parameters.add_text_or_null(text);
  }
  add_time(parameters, selection.has_received_from, selection.received_from);
  add_time(parameters, selection.has_received_before, selection.received_before);
  parameters.add_text_or_null(selection.status);
  parameters.add_int(selection.limit);
  const int level = force_index_scans();
  Statement& newest = selection.has_received_from ? select_newest_of_range : select_newest;
  const std::uint64_t rows = order == Order::kNewestFirst
                                 ? read(newest, parameters)
                                 : run_with_latest_snapshot(select_oldest, parameters);
  resume_planner(level);
  return rows;
}

}  // namespace command_center::extension
