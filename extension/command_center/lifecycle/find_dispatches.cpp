// Finds dispatches across tenants, within a window of time.
#include <algorithm>

#include "extension/boundary/enter.hpp"
#include "extension/command_center/catalogue/unknown_names.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/dispatch_status.hpp"
#include "extension/command_center/lifecycle/id_range.hpp"
#include "extension/command_center/lifecycle/selection.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kTenantId,
  kCommandName,
  kTargetService,
  kStatus,
  kCorrelationId,
  kReceivedFrom,
  kReceivedBefore,
  kPageAfter,
  kPageSize
};

constexpr int kMaxPageSize = 1000;
constexpr std::int64_t kDefaultWindow = std::int64_t{3600} * 1'000'000;
constexpr std::int64_t kWidestWindow = std::int64_t{7} * 86'400 * 1'000'000;

// How many dispatches a call looks at, and one statement of it. To know the status of one its events are
// read.
constexpr std::int64_t kMost = 1'000'000;
constexpr std::int64_t kMostWithStatus = 100'000;
constexpr std::int64_t kMostAtOnce = 20'000;

// $1 and $2 whole days, $3 and $4 the range: the tenants that have something in it. The index leads with the
// tenant: from one tenant to the next is one step in each day, however much they sent, since all that is in a
// day is within $1 and $2.
Statement select_tenants = {
    kInstallation,
    "WITH RECURSIVE tenant (id) AS ("
    " (SELECT tenant_id FROM command_center.command_dispatches"
    "  WHERE command_id >= $1 AND command_id <= $2 ORDER BY tenant_id LIMIT 1)"
    " UNION ALL"
    " SELECT (SELECT tenant_id FROM command_center.command_dispatches"
    "  WHERE tenant_id > tenant.id AND command_id >= $1 AND command_id <= $2 ORDER BY tenant_id LIMIT 1)"
    " FROM tenant WHERE tenant.id IS NOT NULL)"
    " SELECT coalesce(array_agg(id), '{}'), count(*)::integer FROM tenant"
    " WHERE id IS NOT NULL AND (SELECT true FROM command_center.command_dispatches"
    "  WHERE tenant_id = tenant.id AND command_id >= $3 AND command_id <= $4 LIMIT 1)",
    4,
    {UUIDOID, UUIDOID, UUIDOID, UUIDOID},
    Planning::kEachTime};

// $1 tenants, $2 and $3 the range: how many there are, up to $4.
Statement count_up_to = {
    kInstallation,
    "SELECT count(*) FROM (SELECT FROM unnest($1) AS tenant (id) CROSS JOIN LATERAL ("
    "  SELECT FROM command_center.command_dispatches"
    "  WHERE tenant_id = tenant.id AND command_id >= $2 AND command_id <= $3 OFFSET 0) AS dispatch"
    " LIMIT $4) AS counted",
    4,
    {UUIDARRAYOID, UUIDOID, UUIDOID, INT8OID},
    Planning::kEachTime};

// What is left by the other filters is sorted before anything's status is looked at, so that without one for
// the status the rows of the page are all that it is looked at for. With one, events that it cannot be
// without are the cheaper filter.
Statement select_page = {
    kInstallation,
    WITH_PUBLISHED
    " SELECT tenant_id, " LISTED_OF_DISPATCH
    " FROM ("
    "  SELECT found.* FROM unnest($1) AS tenant (id) CROSS JOIN LATERAL ("
    "   SELECT * FROM command_center.command_dispatches AS dispatch"
    "   WHERE tenant_id = tenant.id AND command_id >= $2 AND command_id <= $3"
    "    AND ($4 IS NULL OR command_name = $4)"
    "    AND ($5 IS NULL OR target_service = $5 OR $5 = ANY (also_targets))"
    "    AND ($6 IS NULL OR correlation_id = $6) AND received_at >= $7 AND received_at < $8"
    "    AND ($9 IS NULL OR $9 IN ('received', 'published') OR (SELECT true"
    "     FROM command_center.dispatch_events AS event WHERE event.tenant_id = dispatch.tenant_id"
    "      AND event.command_id = dispatch.command_id AND event.command_id >= $2 AND event.command_id <= $3"
    "      AND (event.kind = $9 OR $9 = 'consumed') LIMIT 1)) OFFSET 0) AS found"
    "  ORDER BY found.command_id DESC OFFSET 0) AS dispatch"
    " CROSS JOIN LATERAL " STATUS_OF_DISPATCH
    " AS standing"
    " WHERE $9 IS NULL OR standing.status = $9 ORDER BY dispatch.command_id DESC LIMIT $10",
    10,
    {UUIDARRAYOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID,
     INT4OID},
    Planning::kEachTime};

void read_window(FunctionCallInfo fcinfo, Selection& selection) {
  const bool ends = !PG_ARGISNULL(kReceivedBefore);
  const bool begins = !PG_ARGISNULL(kReceivedFrom);
  selection.received_before = ends ? PG_GETARG_TIMESTAMPTZ(kReceivedBefore) : GetCurrentTimestamp();
  const bool can_begin = !TIMESTAMP_NOT_FINITE(selection.received_before);
  if (can_begin) {
    selection.received_from =
        begins ? PG_GETARG_TIMESTAMPTZ(kReceivedFrom) : selection.received_before - kDefaultWindow;
  }
  if (can_begin && !TIMESTAMP_NOT_FINITE(selection.received_from) &&
      selection.received_from >= selection.received_before - kWidestWindow) {
    return;
  }
  refuse("22023", "received_from and received_before must be at most 7 days apart", nullptr,
         "Without received_before it is now, without received_from an hour before. Look week by week.");
}

Selection read_selection(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kPageSize, "page_size");
  Selection selection = {};
  selection.command_name = text_argument(fcinfo, kCommandName);
  selection.target_service = text_argument(fcinfo, kTargetService);
  selection.correlation_id = text_argument(fcinfo, kCorrelationId);
  if (!PG_ARGISNULL(kStatus)) {
    selection.status = text_argument(fcinfo, kStatus);
    check_status_of_dispatch(selection.status);
  }
  read_window(fcinfo, selection);
  selection.has_cursor = !PG_ARGISNULL(kPageAfter);
  if (selection.has_cursor) selection.cursor = uuid_argument(fcinfo, kPageAfter);
  selection.limit = PG_GETARG_INT32(kPageSize);
  if (selection.limit < 1 || selection.limit > kMaxPageSize) {
    refuse("22023", "page_size must be between 1 and 1000");
  }
  return selection;
}

bool leaves_all_in(const Selection& selection) {
  return selection.command_name.data() == nullptr && selection.target_service.data() == nullptr &&
         selection.correlation_id.data() == nullptr && selection.status.data() == nullptr;
}

IdRange range_of(const Selection& selection) {
  IdRange range = {first_id_received_at(selection.received_from),
                   last_id_received_at(selection.received_before)};
  if (selection.has_cursor) range.last = std::min(range.last, predecessor(selection.cursor));
  return range;
}

// A uuid[] and how many there are in it.
struct Tenants {
  Datum ids;
  int count;
};

Tenants tenants_of(FunctionCallInfo fcinfo, const IdRange& range) {
  if (!PG_ARGISNULL(kTenantId)) {
    Datum id = PG_GETARG_DATUM(kTenantId);
    return {PointerGetDatum(construct_array(&id, 1, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR)), 1};
  }
  const IdRange days = whole_days(range);
  Parameters parameters;
  for (const identifiers::Uuid* id : {&days.first, &days.last, &range.first, &range.last}) {
    parameters.add(uuid_datum(*id));
  }
  (void)read(select_tenants, parameters);
  return {value(0, 0, UUIDARRAYOID), int_value(0, 1)};
}

std::int64_t count_of(const Tenants& tenants, const IdRange& range, std::int64_t most) {
  Parameters parameters;
  parameters.add(tenants.ids);
  parameters.add(uuid_datum(range.first));
  parameters.add(uuid_datum(range.last));
  parameters.add_bigint(most);
  (void)read(count_up_to, parameters);
  return bigint_value(0, 0);
}

// Adds what is in the range to the answer, and answers how many.
int put_page(const Selection& selection, const Tenants& tenants, const IdRange& range, int limit,
             const ReturnSetInfo* result) {
  Parameters parameters;
  parameters.add(tenants.ids);
  parameters.add(uuid_datum(range.first));
  parameters.add(uuid_datum(range.last));
  for (const std::string_view text :
       {selection.command_name, selection.target_service, selection.correlation_id}) {
    parameters.add_text_or_null(text);
  }
  parameters.add(TimestampTzGetDatum(selection.received_from));
  parameters.add(TimestampTzGetDatum(selection.received_before));
  parameters.add_text_or_null(selection.status);
  parameters.add_int(limit);
  const std::uint64_t rows = read(select_page, parameters);
  put_rows(result);
  return static_cast<int>(rows);
}

void tell_of_window(const Selection& selection) {
  const auto text = [](std::int64_t time) {
    return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(time)));
  };
  ereport(NOTICE, (errmsg("looked at what was received from %s until %s", text(selection.received_from),
                          text(selection.received_before)),
                   errhint("received_from and received_before say another time, at most 7 days of it.")));
}

void tell_of_stop(std::int64_t dispatches, const identifiers::Uuid& oldest) {
  const char* id = DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(oldest)));
  ereport(NOTICE, (errmsg("stopped after " INT64_FORMAT " dispatches, before the page was full", dispatches),
                   errhint("Go on with the same time and page_after => '%s'.", id)));
}

// Looks from the newest on until the page is full or enough was looked at, at a part of the time at once that
// has no more than a statement should read: how long that is, only counting tells.
void put_found(FunctionCallInfo fcinfo, const Selection& selection) {
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  IdRange left = range_of(selection);
  if (left.last < left.first) return;
  const Tenants tenants = tenants_of(fcinfo, left);
  if (tenants.count == 0) return;
  const std::int64_t most = selection.status.data() == nullptr ? kMost : kMostWithStatus;
  const std::int64_t at_once = leaves_all_in(selection) ? std::int64_t{selection.limit} * 4 : kMostAtOnce;
  std::int64_t milliseconds = milliseconds_in(left);
  std::int64_t dispatches = 0;
  std::int64_t steps = 0;  // from tenant to tenant
  int rows = 0;
  for (;;) {
    const IdRange part = newest_part(left, milliseconds);
    const std::int64_t found = count_of(tenants, part, at_once + 1);
    if (found > at_once && milliseconds > 1) {
      milliseconds = std::max(milliseconds / 4, std::int64_t{1});
      continue;
    }
    if (found > 0) rows += put_page(selection, tenants, part, selection.limit - rows, result);
    dispatches += found;
    steps += tenants.count;
    if (rows == selection.limit || part.first == left.first) return;
    if (dispatches + steps >= most) {
      tell_of_stop(dispatches, part.first);
      return;
    }
    if (found < at_once / 2) milliseconds *= 2;
    left.last = predecessor(part.first);
  }
}

Datum find_dispatches(FunctionCallInfo fcinfo) {
  const Selection selection = read_selection(fcinfo);
  check_scope(fcinfo, kTenantId);
  InitMaterializedSRF(fcinfo, 0);
  const OwnerSession session = open_session(kInstallation);
  tell_of_unknown_names(selection.command_name, selection.target_service);
  tell_of_window(selection);
  const int level = force_index_scans();
  put_found(fcinfo, selection);
  resume_planner(level);
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_find_dispatches);
}

Datum command_center_find_dispatches(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::find_dispatches(fcinfo); });
}
