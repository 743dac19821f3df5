// Reads pages of dispatches.
#include "extension/command_center/lifecycle/selection.hpp"
#include "extension/command_center/installation.hpp"

#include <algorithm>
#include <iterator>

#include "extension/command_center/lifecycle/dispatch_status.hpp"
#include "extension/command_center/lifecycle/id_range.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::string_view kStatuses[] = {"received",  "published", "consumed",
                                          "completed", "failed",    "ignored"};

// $1 tenant, $2 the first id, $3 the last id.
#define DISPATCHES                                                                                \
  WITH_PUBLISHED                                                                                  \
  " SELECT " LISTED_OF_DISPATCH                                                                   \
  " FROM command_center.command_dispatches AS dispatch CROSS JOIN LATERAL " STATUS_OF_DISPATCH    \
  " AS standing"                                                                                  \
  " WHERE dispatch.tenant_id = $1 AND dispatch.command_id >= $2 AND dispatch.command_id <= $3"    \
  " AND ($4 IS NULL OR dispatch.command_name = $4)"                                               \
  " AND ($5 IS NULL OR dispatch.target_service = $5 OR $5 = ANY (dispatch.also_targets))"         \
  " AND ($6 IS NULL OR dispatch.correlation_id = $6)"                                             \
  " AND ($7 IS NULL OR dispatch.received_at >= $7) AND ($8 IS NULL OR dispatch.received_at < $8)" \
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

IdRange range_of(const Selection& selection, Order order) {
  IdRange range = {{}, highest_id()};
  if (selection.has_received_from && !TIMESTAMP_NOT_FINITE(selection.received_from)) {
    range.first = first_id_received_at(selection.received_from);
  }
  if (selection.has_received_before && !TIMESTAMP_NOT_FINITE(selection.received_before)) {
    range.last = last_id_received_at(selection.received_before);
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
  const IdRange range = range_of(selection, order);
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
