// handle_command and handle_message: the same commands, accepted in this database or consumed from Kafka.
#include "extension/availability_guard/commands/command.hpp"
#include "extension/availability_guard/installation.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/command_center/subscriptions/message.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/row_type.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

using identifiers::Uuid;

// Of command_center.accepted_command.
enum Column : int {
  kCommandId,
  kCommandName,
  kTemplateVersion,
  kTargetService,
  kTenantId,
  kPropertyId,
  kEnvironment,
  kInitiator,
  kCorrelationId,
  kIdempotencyKey,
  kTraceparent,
  kPartitionKey,
  kReceivedAt,
  kPayload,
  kColumns
};
constexpr Oid kTypes[kColumns] = {UUIDOID,  TEXTOID, INT4OID, TEXTOID, UUIDOID, UUIDOID,        TEXTOID,
                                  JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, JSONBOID};

std::string_view id_text(Datum uuid) {
  return DatumGetCString(DirectFunctionCall1(uuid_out, uuid));
}

Command accepted(Datum row) {
  Datum values[kColumns] = {};
  bool nulls[kColumns] = {};
  read_row(row, kTypes, values, nulls);
  for (const Column needed : {kCommandId, kCommandName, kTenantId, kPayload}) {
    if (nulls[needed]) refuse("22004", "command must have an id, a name, a tenant and a payload");
  }
  return {text_view(values[kCommandName]),
          uuid_value(values[kTenantId]),
          id_text(values[kCommandId]),
          nulls[kCorrelationId] ? std::string_view() : text_view(values[kCorrelationId]),
          nulls[kInitiator] ? Datum{0} : values[kInitiator],
          values[kPayload]};
}

Datum handle_command(FunctionCallInfo fcinfo) {
  require_argument(fcinfo, 0, "command");
  PreventCommandIfReadOnly("handle_command");
  const Command command = accepted(PG_GETARG_DATUM(0));
  extension::check_tenant(command.tenant_id);
  return carry_out(command);
}

// --- messages ---

constexpr const char* kShape =
    R"(It is what the Command Center sends: {"metadata": {"id", "commandName", "tenantId", …}, "payload": {…}}.)";

[[noreturn]] void refuse_message(const char* what) {
  refuse("22023", what, nullptr, kShape);
}

Jsonb* parse(const extension::Message& message) {
  if (!message.has(extension::kMessageValue)) refuse_message("a command must be text");
  Jsonb* parsed = nullptr;
  const auto outcome = boundary::in_subtransaction([&message, &parsed] {
    parsed = DatumGetJsonbP(DirectFunctionCall1(
        jsonb_in, CStringGetDatum(TextDatumGetCString(message.values[extension::kMessageValue]))));
  });
  if (!outcome.succeeded() || !JB_ROOT_IS_OBJECT(parsed)) refuse_message("a command must be a JSON object");
  return parsed;
}

bool find(JsonbContainer* object, const char* name, JsonbValue& found) {
  return getKeyJsonValueFromContainer(object, name, static_cast<int>(strlen(name)), &found) != nullptr &&
         found.type != jbvNull;
}

// data() is null where there is none.
std::string_view text_in(JsonbContainer* object, const char* name) {
  JsonbValue found;
  if (!find(object, name, found)) return {};
  if (found.type != jbvString) refuse_message(psprintf("member \"%s\" of a command must be a text", name));
  return {found.val.string.val, static_cast<std::size_t>(found.val.string.len)};
}

JsonbContainer* object_in(JsonbContainer* object, const char* name) {
  JsonbValue found;
  if (!find(object, name, found) || found.type != jbvBinary || !JsonContainerIsObject(found.val.binary.data))
    refuse_message(psprintf("a command must have an object \"%s\"", name));
  return found.val.binary.data;
}

Datum document_in(JsonbContainer* object, const char* name) {
  JsonbValue found;
  return find(object, name, found) ? JsonbPGetDatum(JsonbValueToJsonb(&found)) : Datum{0};
}

Uuid tenant_in(JsonbContainer* metadata) {
  const auto tenant = identifiers::parse_uuid(text_in(metadata, "tenantId"));
  if (!tenant) refuse_message("tenantId of a command must be a UUID");
  return *tenant;
}

Command sent(Jsonb* value) {
  JsonbContainer* metadata = object_in(&value->root, "metadata");
  (void)object_in(&value->root, "payload");
  const Command command = {text_in(metadata, "commandName"),
                           tenant_in(metadata),
                           text_in(metadata, "id"),
                           text_in(metadata, "correlationId"),
                           document_in(metadata, "initiator"),
                           document_in(&value->root, "payload")};
  if (command.name.empty() || command.command_id.empty())
    refuse_message("a command must have an id and a commandName");
  return command;
}

// Who may write to the topic is Kafka's to say, not what a payload may be.
void check_schema(const Command& command) {
  extension::begin_decision();
  extension::check_size(command.payload, "payload");
  const extension::Template& definition = extension::find_template(command.name);
  extension::check_payload(command.name, *definition.program, command.payload);
}

Datum handle_message(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0)) PG_RETURN_VOID();
  PreventCommandIfReadOnly("handle_message");
  const extension::Message message = extension::read_message(PG_GETARG_DATUM(0));
  if (!message.has(extension::kMessageValueBytes)) PG_RETURN_VOID();
  Jsonb* value = parse(message);
  // What is only observed is carried out by nobody.
  if (text_in(object_in(&value->root, "metadata"), "mode") == "observe") PG_RETURN_VOID();
  const Command command = sent(value);
  if (is_command(command.name)) check_schema(command);
  const Datum verdict = carry_out(command);
  // Nobody waits for the answer: a conflict is a command that failed.
  JsonbValue witness;
  if (find(jsonb_root(verdict), "witness", witness)) {
    refuse("KC007", "what is wanted is held by another lock, or sold out",
           zero_terminated(jsonb_text(JsonbPGetDatum(JsonbValueToJsonb(&witness)))));
  }
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace command_center::guard

extern "C" {
PG_FUNCTION_INFO_V1(availability_guard_handle_command);
PG_FUNCTION_INFO_V1(availability_guard_handle_message);
}

Datum availability_guard_handle_command(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::handle_command(fcinfo); });
}

Datum availability_guard_handle_message(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter([fcinfo] { return command_center::guard::handle_message(fcinfo); });
}
