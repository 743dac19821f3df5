// Reads and checks the arguments of a command.
#include "extension/command_center/execute/request.hpp"

#include "extension/command_center/arguments.hpp"
#include "extension/command_center/refusal.hpp"
#include "extension/command_center/settings.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int {
  kCommandName,
  kPayload,
  kTenantId,
  kInitiator,
  kCorrelationId,
  kIdempotencyKey,
  kPropertyId,
  kEnvironment,
  kTraceparent
};

constexpr std::size_t kMaxCorrelationId = 255;
constexpr std::size_t kMaxEnvironment = 63;

// version-traceid-parentid-flags in lower-case hexadecimal digits (W3C Trace Context).
void check_traceparent(std::string_view traceparent) {
  bool valid = traceparent.size() == 55;
  for (std::size_t i = 0; valid && i < traceparent.size(); ++i) {
    const bool hyphen = i == 2 || i == 35 || i == 52;
    const char character = traceparent[i];
    const bool digit = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    valid = hyphen ? character == '-' : digit;
  }
  if (!valid) {
    refuse("22023", "traceparent is not one of W3C Trace Context", nullptr,
           "It looks like 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.");
  }
}

// Its view is into the document.
std::string_view role_of(Datum initiator) {
  JsonbContainer* root = jsonb_root(initiator);
  if (!JsonContainerIsObject(root)) refuse("22023", "initiator must be a JSON object");
  JsonbValue found;
  const JsonbValue* role = getKeyJsonValueFromContainer(root, "role", 4, &found);
  if (role == nullptr || role->type != jbvString) return {};
  return {role->val.string.val, static_cast<std::size_t>(role->val.string.len)};
}

}  // namespace

Request read_request(FunctionCallInfoBaseData* fcinfo) {
  require_argument(fcinfo, kCommandName, "command_name");
  require_argument(fcinfo, kPayload, "payload");
  require_argument(fcinfo, kTenantId, "tenant_id");
  if (!PG_ARGISNULL(kIdempotencyKey)) refuse_not_built("idempotency_key");

  Request request = {};
  request.command_name = text_argument(fcinfo, kCommandName);
  request.payload = JsonbPGetDatum(PG_GETARG_JSONB_P(kPayload));
  request.tenant_id = uuid_argument(fcinfo, kTenantId);
  request.has_initiator = !PG_ARGISNULL(kInitiator);
  if (request.has_initiator) {
    request.initiator = JsonbPGetDatum(PG_GETARG_JSONB_P(kInitiator));
    request.role = role_of(request.initiator);
  }
  request.correlation_id = text_argument(fcinfo, kCorrelationId);
  if (request.correlation_id.size() > kMaxCorrelationId) {
    refuse("22023", "correlation_id must have at most 255 bytes");
  }
  request.has_property = !PG_ARGISNULL(kPropertyId);
  if (request.has_property) request.property_id = uuid_argument(fcinfo, kPropertyId);
  request.environment = PG_ARGISNULL(kEnvironment) ? std::string_view(settings().environment)
                                                   : text_argument(fcinfo, kEnvironment);
  check_name(request.environment, kMaxEnvironment, "environment");
  if (!PG_ARGISNULL(kTraceparent)) {
    request.traceparent = text_argument(fcinfo, kTraceparent);
    check_traceparent(request.traceparent);
  }
  return request;
}

}  // namespace command_center::extension
