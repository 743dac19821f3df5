// Reads and checks the arguments of a command.
#include "extension/command_center/execute/request.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/names.hpp"

#include <string>

#include "extension/command_center/settings.hpp"
#include "extension/core/envelope/trace_context.hpp"
#include "extension/core/error/error.hpp"
#include "extension/server/arguments.hpp"

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
constexpr std::size_t kMaxIdempotencyKey = 255;

void require(const RequestArguments& arguments, Argument argument, const char* name) {
  if (arguments.nulls[argument]) {
    throw Error(sqlstate::kNullArgument, std::string(name) + " must not be null");
  }
}

std::string_view text_or_empty(const RequestArguments& arguments, Argument argument) {
  return arguments.nulls[argument] ? std::string_view() : text_view(arguments.values[argument]);
}

Datum detoasted_jsonb(Datum jsonb) {
  return JsonbPGetDatum(DatumGetJsonbP(jsonb));
}

void check_length(std::string_view text, std::size_t limit, const char* name) {
  if (text.size() > limit) {
    throw Error(sqlstate::kInvalidParameter,
                std::string(name) + " must have at most " + std::to_string(limit) + " bytes");
  }
}

// Its view is into the document.
std::string_view role_of(Datum initiator) {
  JsonbContainer* root = jsonb_root(initiator);
  if (!JsonContainerIsObject(root)) {
    throw Error(sqlstate::kInvalidParameter, "initiator must be a JSON object");
  }
  JsonbValue found;
  const JsonbValue* role = getKeyJsonValueFromContainer(root, "role", 4, &found);
  if (role == nullptr || role->type != jbvString) return {};
  return {role->val.string.val, static_cast<std::size_t>(role->val.string.len)};
}

}  // namespace

RequestArguments arguments_of(FunctionCallInfo fcinfo) {
  RequestArguments arguments = {};
  for (int i = 0; i < kRequestArguments; ++i) {
    arguments.values[i] = PG_GETARG_DATUM(i);
    arguments.nulls[i] = PG_ARGISNULL(i);
  }
  return arguments;
}

Request read_request(const RequestArguments& arguments) {
  require(arguments, kCommandName, "command_name");
  require(arguments, kPayload, "payload");
  require(arguments, kTenantId, "tenant_id");

  Request request = {};
  request.command_name = text_or_empty(arguments, kCommandName);
  request.payload = detoasted_jsonb(arguments.values[kPayload]);
  request.tenant_id = uuid_value(arguments.values[kTenantId]);
  request.has_initiator = !arguments.nulls[kInitiator];
  if (request.has_initiator) {
    request.initiator = detoasted_jsonb(arguments.values[kInitiator]);
    request.role = role_of(request.initiator);
  }
  request.correlation_id = text_or_empty(arguments, kCorrelationId);
  check_length(request.correlation_id, kMaxCorrelationId, "correlation_id");
  if (!arguments.nulls[kIdempotencyKey]) {
    request.idempotency_key = text_or_empty(arguments, kIdempotencyKey);
    if (request.idempotency_key.empty()) {
      throw Error(sqlstate::kInvalidParameter, "idempotency_key must not be empty");
    }
    check_length(request.idempotency_key, kMaxIdempotencyKey, "idempotency_key");
  }
  request.has_property = !arguments.nulls[kPropertyId];
  if (request.has_property) request.property_id = uuid_value(arguments.values[kPropertyId]);
  // A copy: a handler may change the setting.
  request.environment = arguments.nulls[kEnvironment] ? std::string_view(pstrdup(settings().environment))
                                                      : text_or_empty(arguments, kEnvironment);
  check_environment(request.environment);
  if (!arguments.nulls[kTraceparent]) {
    // It only decorates the messages, so it never costs the command.
    const envelope::TraceContext trace =
        envelope::read_trace_context(text_view(arguments.values[kTraceparent]));
    request.has_invalid_traceparent = trace.traceparent.empty();
    request.traceparent = trace.traceparent;
    request.tracestate = trace.tracestate;
  }
  return request;
}

}  // namespace command_center::extension
