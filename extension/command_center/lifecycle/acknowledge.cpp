// Decides with what stands about the dispatch.
#include "extension/command_center/lifecycle/acknowledge.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/core/payload/measure.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kMaxServiceId = 200;
constexpr int kMaxDetailBytes = 16 * 1024;
constexpr int kMaxDetailDepth = 32;

// What stands: of the dispatch, and of this service since the last replay; whether the service is one of its
// targets, and is known. A target may have been removed from the catalogue since.
Statement select_events = {
    kInstallation,
    "WITH recorded AS MATERIALIZED ("
    " SELECT event_id, kind, service_id, detail FROM command_center.dispatch_events"
    " WHERE tenant_id = $1 AND command_id = $2"
    ") SELECT (SELECT count(*) FROM recorded), (SELECT event_id FROM recorded ORDER BY event_id DESC LIMIT "
    "1),"
    " last.kind, last.detail IS NOT DISTINCT FROM $4,"
    " EXISTS (SELECT FROM command_center.command_dispatches WHERE tenant_id = $1 AND command_id = $2"
    "  AND (target_service = $3 OR $3 = ANY (also_targets))),"
    " EXISTS (SELECT FROM command_center.services WHERE service_id = $3)"
    " FROM (SELECT) AS one LEFT JOIN LATERAL ("
    "  SELECT kind, detail FROM recorded WHERE service_id = $3 OR kind = 'replayed'"
    "  ORDER BY event_id DESC LIMIT 1) AS last ON true",
    4,
    {UUIDOID, UUIDOID, TEXTOID, JSONBOID},
    Planning::kEachTime};

struct Standing {
  EventSummary events;
  const char* kind;  // of this service's last event; null: none since the last replay
  bool same_detail;
  bool is_target;
  bool is_known;
};

Standing what_stands(const DispatchEvent& report) {
  Parameters key;
  key.add(uuid_datum(report.tenant_id));
  key.add(uuid_datum(report.command_id));
  key.add_text(report.service_id);
  if (report.detail == Datum{0}) {
    key.add_null();
  } else {
    key.add(report.detail);
  }
  (void)run_with_latest_snapshot(select_events, key);
  Standing standing = {};
  standing.events.count = bigint_value(0, 0);
  if (!is_null(0, 1)) standing.events.last_event_id = uuid_value(value(0, 1, UUIDOID));
  standing.kind = text_value_or_null(0, 2);
  standing.same_detail = bool_value(0, 3);
  standing.is_target = bool_value(0, 4);
  standing.is_known = bool_value(0, 5);
  return standing;
}

// A replay starts anew, and so does a service of which nothing is known.
lifecycle::Status status_of(const Standing& standing) {
  if (standing.kind == nullptr) return lifecycle::Status::kNone;
  return lifecycle::parse_status(standing.kind).value_or(lifecycle::Status::kNone);
}

[[noreturn]] void refuse_conflict(const DispatchEvent& report, const char* current) {
  refuse("KC015",
         psprintf("command is %s by service \"%.*s\" and cannot become %.*s", current,
                  static_cast<int>(report.service_id.size()), report.service_id.data(),
                  static_cast<int>(report.kind.size()), report.kind.data()),
         psprintf("{\"status\": \"%s\"}", current),
         "completed and ignored are final until the command is replayed.");
}

// A misspelt id would leave the command waiting for the service that is meant.
void check_service(const DispatchEvent& report, const Standing& standing) {
  if (standing.is_target) return;
  const char* service = zero_terminated(report.service_id);
  if (!standing.is_known) {
    refuse(
        "KC002", psprintf("service \"%s\" does not exist", service), nullptr,
        "command_center.get_dispatch() has the services that got the command, command_center.list_services() "
        "all.");
  }
  ereport(NOTICE, (errmsg("service \"%s\" is no target of the command", service),
                   errhint("What it reports makes no difference to the status of the command.")));
}

}  // namespace

void check_detail(Datum detail) {
  const payload::Limits limits = {kMaxDetailBytes, kMaxDetailDepth};
  switch (payload::measure(view_of(detail), limits).verdict) {
    case payload::Verdict::kFits:
      return;
    case payload::Verdict::kTooLarge:
      refuse("KC014", psprintf("detail is larger than %d bytes", kMaxDetailBytes), nullptr,
             "The size of its text counts. Keep what is large elsewhere, and a reference to it here.");
    case payload::Verdict::kTooDeep:
      refuse("KC014", psprintf("detail is nested deeper than %d levels", kMaxDetailDepth));
  }
}

void check_service_id(std::string_view service_id) {
  check_name(service_id, kMaxServiceId, "service_id");
}

Acknowledged acknowledge(DispatchEvent& report, lifecycle::Status status, Oid caller) {
  if (!lock_dispatch(report.tenant_id, report.command_id)) return Acknowledged::kNoSuchDispatch;
  const Standing standing = what_stands(report);
  check_service(report, standing);
  switch (lifecycle::judge(status_of(standing), status, standing.same_detail)) {
    case lifecycle::Verdict::kKnown:
      return Acknowledged::kKnown;
    case lifecycle::Verdict::kConflict:
      refuse_conflict(report, standing.kind);
    case lifecycle::Verdict::kRecord:
      break;
  }
  check_event_count(standing.events.count);
  report.last_event_id = standing.events.last_event_id;
  append_events(&report, 1, caller);
  return Acknowledged::kRecorded;
}

}  // namespace command_center::extension
