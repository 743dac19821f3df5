// Asks each part of the catalogue in turn.
#include "extension/command_center/execute/decide.hpp"
#include "extension/command_center/installation.hpp"

#include "extension/command_center/catalogue/templates.hpp"
#include "extension/command_center/execute/messages.hpp"
#include "extension/command_center/execute/payload_check.hpp"
#include "extension/command_center/features/features.hpp"
#include "extension/command_center/permissions/environments.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/new_uuid.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

void set_identity(Acceptance& acceptance) {
  const identifiers::Uuid chosen_by_nobody = {};
  acceptance.received_at = GetCurrentTimestamp();
  if (acceptance.command_id == chosen_by_nobody) acceptance.command_id = new_uuid(acceptance.received_at);
}

// A command is counted at the time it says it was received.
void limit(Purpose purpose, const FeatureVerdict& verdict, Acceptance& acceptance) {
  if (verdict.limit_count == 0) return;
  if (purpose == Purpose::kExecute) {
    acceptance.tokens = take_tokens(verdict, *acceptance.request, acceptance.received_at);
  } else {
    check_limits(verdict, *acceptance.request, acceptance.received_at);
  }
}

}  // namespace

void decide(Purpose purpose, InProgress in_progress, Acceptance& acceptance) {
  const Request& request = *acceptance.request;
  check_size(request.payload, "payload");
  if (request.has_initiator) check_size(request.initiator, "initiator");
  check_caller(request.tenant_id);
  set_identity(acceptance);
  acceptance.payload_text = jsonb_text(request.payload);
  // The first answer wins: whatever has changed since, its caller must not think that nothing happened.
  if (!request.idempotency_key.empty() && answer_from_first_use(in_progress, acceptance)) return;
  check_enabled();
  const Template& definition = find_template(request.command_name);
  acceptance.template_version = definition.version;
  acceptance.ordered = definition.ordered;
  acceptance.sla = definition.sla;
  check_requirements(definition, request);
  check_may_name(request.environment);
  const FeatureVerdict verdict = check_features(definition, request);
  acceptance.observe = verdict.observe;
  acceptance.feature_ids = verdict.feature_ids;
  check_payload(request.command_name, *definition.program, request.payload);
  limit(purpose, verdict, acceptance);
  plan_messages(definition, acceptance);
}

}  // namespace command_center::extension
