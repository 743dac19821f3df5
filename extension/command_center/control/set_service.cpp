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

Statement select_service = {kInstallation,
                            "SELECT to_jsonb(known), status FROM command_center.services AS known"
                            " WHERE service_id = $1",
                            1,
                            {TEXTOID}};

// NULL leaves a text as it is, an empty one takes it away.
#define KEPT(column, parameter) \
  "CASE WHEN " parameter " IS NULL THEN known." column " ELSE nullif(" parameter ", '') END"
#define ALL_KEPT \
  KEPT("owner", "$2") ", coalesce($3, known.status), " KEPT("topic", "$4") ", " KEPT("handler", "$5")

Statement upsert_service = {
    kInstallation,
    "INSERT INTO command_center.services AS known (service_id, owner, status, topic, handler)"
    " VALUES ($1, nullif($2, ''), coalesce($3, 'healthy'), nullif($4, ''), nullif($5, ''))"
    " ON CONFLICT (service_id) DO UPDATE SET (owner, status, topic, handler) = ROW(" ALL_KEPT
    "), changed_at = now() WHERE (known.owner, known.status, known.topic, known.handler)"
    " IS DISTINCT FROM (" ALL_KEPT ") RETURNING to_jsonb(known)",
    5,
    {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}};

void check_status(std::string_view status) {
  if (status == "healthy" || status == "draining" || status == "down") return;
  refuse("KC013", "status of a service must be healthy, draining or down");
}

bool is_given(FunctionCallInfo fcinfo, Argument argument) {
  return text_argument(fcinfo, argument).size() > 0;
}

// Somebody who changes the topic of a service that is down may not know that the default status says healthy.
void tell_of_recovery(FunctionCallInfo fcinfo, const char* status) {
  if (PG_ARGISNULL(kStatus) || text_argument(fcinfo, kStatus) != "healthy" || strcmp(status, "healthy") == 0)
    return;
  if (PG_ARGISNULL(kOwner) && PG_ARGISNULL(kTopic) && PG_ARGISNULL(kHandler)) return;
  ereport(NOTICE, (errmsg("service \"%s\" was %s and is healthy now",
                          text_to_cstring(PG_GETARG_TEXT_PP(kServiceId)), status),
                   errhint("The status is healthy unless it is said; status => NULL keeps it.")));
}

Datum set_service(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, kServiceId, "service_id");
  const std::string_view service_id = text_argument(fcinfo, kServiceId);
  check_name(service_id, kMaxServiceId, "service_id");
  if (!PG_ARGISNULL(kStatus)) check_status(text_argument(fcinfo, kStatus));
  std::string_view handler = text_argument(fcinfo, kHandler);
  if (is_given(fcinfo, kHandler)) handler = check_handler(zero_terminated(handler));

  const OwnerSession session = open_session(kInstallation);
  lock_for_change(kInstallation, "services");
  if (is_given(fcinfo, kTopic)) check_command_topic(text_argument(fcinfo, kTopic));
  Parameters known;
  known.add_text(service_id);
  Datum before = 0;
  if (run_with_latest_snapshot(select_service, known) > 0) {
    before = value(0, 0, JSONBOID);
    tell_of_recovery(fcinfo, text_value(0, 1));
  }
  Parameters row;
  for (const Argument argument : {kServiceId, kOwner, kStatus, kTopic})
    row.add_text_or_null(text_argument(fcinfo, argument));
  row.add_text_or_null(handler);
  if (run(upsert_service, row) > 0) {
    audit("set_service", psprintf("service %s", text_to_cstring(PG_GETARG_TEXT_PP(kServiceId))), before,
          value(0, 0, JSONBOID));
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
