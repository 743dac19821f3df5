// Adds services and changes them.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/control/audit.hpp"
#include "extension/command_center/control/topic_use.hpp"
#include "extension/command_center/execute/handler.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/generation.hpp"
#include "extension/server/locks/change_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kServiceId, kOwner, kStatus, kTopic, kHandler };

constexpr std::size_t kMaxServiceId = 200;

Statement select_service = {
    kInstallation,
    "SELECT to_jsonb(known) FROM command_center.services AS known WHERE service_id = $1",
    1,
    {TEXTOID}};

Statement upsert_service = {
    kInstallation,
    "INSERT INTO command_center.services AS known (service_id, owner, status, topic, handler) VALUES ($1, "
    "$2, $3, $4, $5)"
    " ON CONFLICT (service_id) DO UPDATE"
    " SET owner = excluded.owner, status = excluded.status, topic = excluded.topic, handler = "
    "excluded.handler,"
    " changed_at = now() WHERE (known.owner, known.status, known.topic, known.handler)"
    " IS DISTINCT FROM (excluded.owner, excluded.status, excluded.topic, excluded.handler)"
    " RETURNING to_jsonb(known)",
    5,
    {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}};

void check_status(std::string_view status) {
  if (status == "healthy" || status == "draining" || status == "down") return;
  refuse("KC013", "status of a service must be healthy, draining or down");
}

Datum set_service(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kServiceId, "service_id");
  require_argument(fcinfo, kStatus, "status");
  const std::string_view service_id = text_argument(fcinfo, kServiceId);
  check_name(service_id, kMaxServiceId, "service_id");
  check_status(text_argument(fcinfo, kStatus));
  const char* handler =
      PG_ARGISNULL(kHandler) ? nullptr : check_handler(text_to_cstring(PG_GETARG_TEXT_PP(kHandler)));

  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "services");
  if (!PG_ARGISNULL(kTopic)) check_command_topic(text_argument(fcinfo, kTopic));
  Parameters known;
  known.add_text(service_id);
  const Datum before = run_with_latest_snapshot(select_service, known) > 0 ? value(0, 0) : Datum{0};
  Parameters row;
  for (const Argument argument : {kServiceId, kOwner, kStatus, kTopic})
    row.add_text_or_null(text_argument(fcinfo, argument));
  row.add_text_or_null(handler != nullptr ? std::string_view(handler) : std::string_view());
  if (run(upsert_service, row) > 0) {
    audit("set_service", psprintf("service %s", text_to_cstring(PG_GETARG_TEXT_PP(kServiceId))), before,
          value(0, 0));
    announce_catalogue_change(kInstallation, "services");
  }
  close_session(session);
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_set_service);
}

Datum command_center_set_service(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::extension::set_service(fcinfo); });
}
