// The handler of acknowledgements that come by Kafka: what a service reports, for whichever tenant. Who may
// write to the topic is Kafka's to say.
#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/lifecycle/acknowledge.hpp"
#include "extension/command_center/subscriptions/message.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr const char* kShape =
    R"(It is {"commandId": "...", "tenantId": "...", "status": "consumed, completed, failed or ignored", )"
    R"("service": "...", "at": "...", "detail": {...}}; at and detail may be missing.)";

[[noreturn]] void refuse_acknowledgement(const char* what) {
  refuse("22023", what, nullptr, kShape);
}

Jsonb* parse(const Message& message) {
  if (!message.has(kMessageValue)) refuse_acknowledgement("an acknowledgement must be text");
  Jsonb* parsed = nullptr;
  const auto outcome = boundary::in_subtransaction([&message, &parsed] {
    parsed = DatumGetJsonbP(
        DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(message.values[kMessageValue]))));
  });
  if (!outcome.succeeded() || !JB_ROOT_IS_OBJECT(parsed))
    refuse_acknowledgement("an acknowledgement must be a JSON object");
  return parsed;
}

// data() is null where the member is missing or null.
std::string_view text_member(Jsonb* object, const char* name) {
  JsonbValue found;
  if (getKeyJsonValueFromContainer(&object->root, name, static_cast<int>(std::strlen(name)), &found) ==
          nullptr ||
      found.type == jbvNull)
    return {};
  if (found.type != jbvString)
    refuse_acknowledgement(psprintf("member \"%s\" of an acknowledgement must be a text", name));
  return {found.val.string.val, static_cast<std::size_t>(found.val.string.len)};
}

std::string_view required_member(Jsonb* object, const char* name) {
  const std::string_view text = text_member(object, name);
  if (text.data() == nullptr)
    refuse_acknowledgement(psprintf("an acknowledgement must have the member \"%s\"", name));
  return text;
}

identifiers::Uuid uuid_member(Jsonb* object, const char* name) {
  const auto uuid = identifiers::parse_uuid(required_member(object, name));
  if (!uuid) refuse_acknowledgement(psprintf("member \"%s\" of an acknowledgement must be a uuid", name));
  return *uuid;
}

// The service's own time is part of what it says: the time of the event is the database's. 0: nothing was
// said.
Datum detail_member(Jsonb* object) {
  JsonbValue detail;
  const bool given =
      getKeyJsonValueFromContainer(&object->root, "detail", 6, &detail) != nullptr && detail.type != jbvNull;
  const std::string_view at = text_member(object, "at");
  const bool is_object = given && detail.type == jbvBinary && JsonContainerIsObject(detail.val.binary.data);
  if (at.data() == nullptr || (given && !is_object))
    return given ? JsonbPGetDatum(JsonbValueToJsonb(&detail)) : Datum{0};
  JsonbParseState* state = nullptr;
  (void)pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  JsonbValue key = {};
  key.type = jbvString;
  key.val.string.val = const_cast<char*>("at");
  key.val.string.len = 2;
  JsonbValue time = {};
  time.type = jbvString;
  time.val.string.val = const_cast<char*>(at.data());
  time.val.string.len = static_cast<int>(at.size());
  (void)pushJsonbValue(&state, WJB_KEY, &key);
  (void)pushJsonbValue(&state, WJB_VALUE, &time);
  const Datum said = JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
  if (!given) return said;
  return DirectFunctionCall2(jsonb_concat, said, JsonbPGetDatum(JsonbValueToJsonb(&detail)));
}

Datum acknowledge_message(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_VOID();
  const Message message = read_message(PG_GETARG_DATUM(0));
  if (!message.has(kMessageValueBytes)) PG_RETURN_VOID();
  Jsonb* object = parse(message);
  DispatchEvent report = {};
  report.tenant_id = uuid_member(object, "tenantId");
  report.command_id = uuid_member(object, "commandId");
  report.kind = required_member(object, "status");
  report.service_id = required_member(object, "service");
  const auto status = lifecycle::parse_status(report.kind);
  if (!status)
    refuse_acknowledgement("status of an acknowledgement must be consumed, completed, failed or ignored");
  check_service_id(report.service_id);
  report.detail = detail_member(object);
  if (report.detail != Datum{0}) check_detail(report.detail);
  const OwnerSession session = open_session(kInstallation);
  const Acknowledged outcome = acknowledge(report, *status, session.identity.user);
  close_session(session);
  // One topic may have what services report to several databases.
  if (outcome == Acknowledged::kNoSuchDispatch) {
    ereport(NOTICE, (errmsg("command %s does not exist here",
                            DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(report.command_id))))));
  }
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_acknowledge_message);
}

Datum command_center_acknowledge_message(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::acknowledge_message(fcinfo); });
}
