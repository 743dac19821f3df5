// Turns the core's mistakes in a definition into one refusal.
#include "extension/command_center/control/definition_check.hpp"

#include <string>
#include <vector>

#include "extension/core/error/error.hpp"
#include "extension/core/features/limit_definition.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/routing/policy.hpp"

namespace command_center::extension {
namespace {

template <class LocatedError>
void refuse_any(const char* message, const std::vector<LocatedError>& errors, const char* hint) {
  if (errors.empty()) return;
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const LocatedError& error : errors) {
    writer.begin_object();
    writer.member("location", error.location);
    writer.member("error", error.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, message, detail, hint);
}

}  // namespace

void check_policy(std::string_view policy_text) {
  refuse_any("route policy is invalid", routing::parse_policy(policy_text).errors,
             "Its members are targets (each with serviceId and weight), fallback, also and stickiness.");
}

void check_limits(std::string_view limits_text) {
  refuse_any("limits are invalid", features::parse_limit(limits_text).errors,
             "Their members are per, maxPerMinute, burst and cooldownSeconds.");
}

}  // namespace command_center::extension
