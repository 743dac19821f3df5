// Lints schemas and runs examples as tests.
#include "extension/command_center/control/template_check.hpp"

#include <algorithm>
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

// A payload without the key gets the tenant's, which with `ordered` makes its commands wait for each other.
void check_key(std::string_view schema_text, const KeyDefinition& key, std::vector<Finding>& findings) {
  if (key.pointer.data() == nullptr) return;
  const auto tokens = json::parse_pointer(key.pointer);
  if (!tokens) return;
  const json_schema::ReachOutcome outcome = json_schema::reach_of(schema_text, *tokens);
  if (outcome.reach == json_schema::Reach::kNever) {
    findings.push_back({Severity::kError, "partition_key", std::string(key.pointer), outcome.why});
  } else if (outcome.reach == json_schema::Reach::kMaybe) {
    findings.push_back(
        {Severity::kWarning, "partition_key", std::string(key.pointer),
         outcome.why + (key.ordered ? "; commands without it wait for each other in one queue of their tenant"
                                    : "; commands without it have the tenant as their key")});
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
  if (outcome.program != nullptr) check_key(schema_text, key, findings);
  if (outcome.program == nullptr || any_error(findings)) refuse_findings(refusal, findings);
  return to_rows(findings);
}

}  // namespace command_center::extension
