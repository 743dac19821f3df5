// Lints schemas and runs examples as tests.
#include "extension/command_center/control/template_check.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "extension/command_center/validation/programs.hpp"
#include "extension/core/json/pointer.hpp"
#include "extension/core/json_schema/reach.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using json_schema::Finding;
using json_schema::Severity;
using json_schema::values::JsonbView;
using json_schema::values::Kind;

Finding example_error(std::string location, std::string message) {
  return {Severity::kError, "examples", std::move(location), std::move(message)};
}

enum class Expectation { kValid, kInvalid };

void run_examples(const json_schema::Program& program, const JsonbView& list, Expectation expectation,
                  const std::string& location, std::vector<Finding>& findings) {
  if (list.kind() != Kind::kArray) {
    findings.push_back(example_error(location, "must be an array of payloads"));
    return;
  }
  auto elements = list.elements();
  for (int index = 0; elements.next(); ++index) {
    const bool valid = json_schema::is_valid(program, elements.value(), stop_predicate());
    if (valid == (expectation == Expectation::kValid)) continue;
    findings.push_back(
        example_error(location + "/" + std::to_string(index),
                      valid ? "should fail the schema but passes"
                            : "should pass the schema but fails: " +
                                  json_schema::list_errors(program, elements.value(), stop_predicate())));
  }
}

void check_examples(const json_schema::Program& program, const JsonbView& examples,
                    std::vector<Finding>& findings) {
  if (examples.kind() != Kind::kObject) {
    findings.push_back(example_error("", "must be an object with the members valid and invalid"));
    return;
  }
  auto members = examples.members();
  while (members.next()) {
    if (members.key() == "valid") {
      run_examples(program, members.value(), Expectation::kValid, "/valid", findings);
    } else if (members.key() == "invalid") {
      run_examples(program, members.value(), Expectation::kInvalid, "/invalid", findings);
    } else {
      findings.push_back(example_error("/" + std::string(members.key()), "is not a member of examples"));
    }
  }
}

// As execution looks for it: an empty text is no key.
bool has_key(JsonbView value, const std::vector<std::string>& tokens) {
  for (const std::string& token : tokens) {
    bool found = false;
    if (value.kind() == Kind::kObject) {
      auto members = value.members();
      while (!found && members.next()) found = members.key() == token;
      if (found) value = members.value();
    } else if (value.kind() == Kind::kArray) {
      auto elements = value.elements();
      for (std::uint32_t index = 0; !found && elements.next(); ++index)
        found = std::to_string(index) == token;
      if (found) value = elements.value();
    }
    if (!found) return false;
  }
  if (value.kind() == Kind::kString) return !value.string().empty();
  return value.kind() == Kind::kNumber || value.kind() == Kind::kBoolean;
}

// Where the schema does not tell, the examples may.
void check_key_of_examples(JsonbContainer* examples, const std::vector<std::string>& tokens,
                           const std::string& consequence, std::vector<Finding>& findings) {
  if (examples == nullptr) return;
  const JsonbView root = JsonbView::of_root(reinterpret_cast<const char*>(examples));
  if (root.kind() != Kind::kObject) return;
  auto members = root.members();
  while (members.next()) {
    if (members.key() != "valid" || members.value().kind() != Kind::kArray) continue;
    auto elements = members.value().elements();
    for (int index = 0; elements.next(); ++index) {
      if (has_key(elements.value(), tokens)) continue;
      findings.push_back({Severity::kWarning, "examples", "/valid/" + std::to_string(index),
                          "lacks the partition_key" + consequence});
    }
  }
}

// A payload without the key gets the tenant's, which with `ordered` makes its commands wait for each other.
void check_key(std::string_view schema_text, JsonbContainer* examples, const KeyDefinition& key,
               std::vector<Finding>& findings) {
  if (key.pointer.data() == nullptr) {
    if (key.ordered) {
      findings.push_back(
          {Severity::kWarning, "ordered", "",
           "without a partition_key the commands of a tenant wait for each other in one queue"});
    }
    return;
  }
  const auto tokens = json::parse_pointer(key.pointer);
  if (!tokens) return;
  const json_schema::ReachOutcome outcome = json_schema::reach_of(schema_text, *tokens);
  const std::string without_it =
      key.ordered ? "; commands without it wait for each other in one queue of their tenant"
                  : "; commands without it have the tenant as their key";
  const auto say = [&](Severity severity, const std::string& message) {
    findings.push_back({severity, "partition_key", std::string(key.pointer), message});
  };
  switch (outcome.reach) {
    case json_schema::Reach::kNever:
      return say(Severity::kError, outcome.why);
    case json_schema::Reach::kMaybe:
      return say(Severity::kWarning, outcome.why + without_it);
    case json_schema::Reach::kAmbiguous:
      return say(Severity::kWarning, outcome.why);
    case json_schema::Reach::kUnknown:
      return check_key_of_examples(examples, *tokens, without_it, findings);
    case json_schema::Reach::kAlways:
      return;
  }
}

bool any_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

}  // namespace

FindingList check_template(std::string_view schema_text, JsonbContainer* examples, const char* refusal,
                           const KeyDefinition& key) {
  json_schema::CompileOptions options;
  options.strictness = json_schema::Strictness::kStrict;
  json_schema::CompileOutcome outcome = compile_schema(schema_text, options);
  std::vector<Finding>& findings = outcome.findings;
  if (outcome.program != nullptr && examples != nullptr) {
    check_examples(*outcome.program, JsonbView::of_root(reinterpret_cast<const char*>(examples)), findings);
  }
  if (outcome.program != nullptr) check_key(schema_text, examples, key, findings);
  if (outcome.program == nullptr || any_error(findings)) refuse_findings(refusal, findings);
  return to_rows(findings);
}

}  // namespace command_center::extension
