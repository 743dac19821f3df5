// Turns the core's mistakes in a policy into one refusal.
#include "extension/command_center/control/route_policy.hpp"

#include <string>

#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/routing/policy.hpp"

namespace command_center::extension {

void check_policy(std::string_view policy_text) {
  const routing::PolicyOutcome outcome = routing::parse_policy(policy_text);
  if (outcome.errors.empty()) return;
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const routing::PolicyError& error : outcome.errors) {
    writer.begin_object();
    writer.member("location", error.location);
    writer.member("error", error.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, "route policy is invalid", detail);
}

}  // namespace command_center::extension
