// Lints schemas and runs examples as tests.
#include "extension/command_center/control/template_check.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/stop_requested.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/json/text_writer.hpp"
#include "extension/core/json_schema/json_schema.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

using json_schema::Finding;
using json_schema::Severity;
using json_schema::values::JsonbView;
using json_schema::values::Kind;

json_schema::StopPredicate stop_predicate() {
  return json_schema::StopPredicate([](void* /*context*/) { return boundary::stop_requested(); });
}

Finding example_error(std::string location, std::string message) {
  return {Severity::kError, "examples", std::move(location), std::move(message)};
}

enum class Expectation { kValid, kInvalid };

void run_examples(const json_schema::Program& program, const JsonbView& list, Expectation expectation, const std::string& location,
                  std::vector<Finding>& findings) {
  if (list.kind() != Kind::kArray) {
    findings.push_back(example_error(location, "must be an array of payloads"));
    return;
  }
  auto elements = list.elements();
  for (int index = 0; elements.next(); ++index) {
    const bool valid = json_schema::is_valid(program, elements.value(), stop_predicate());
    if (valid == (expectation == Expectation::kValid)) continue;
    findings.push_back(example_error(location + "/" + std::to_string(index),
                                     valid ? "should fail the schema but passes"
                                           : "should pass the schema but fails: " +
                                                 json_schema::list_errors(program, elements.value(), stop_predicate())));
  }
}

void check_examples(const json_schema::Program& program, const JsonbView& examples, std::vector<Finding>& findings) {
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

[[noreturn]] void refuse_definition(const std::vector<Finding>& findings) {
  std::string detail;
  json::TextWriter writer(detail);
  writer.begin_array();
  for (const Finding& finding : findings) {
    writer.begin_object();
    writer.member("severity", finding.severity == Severity::kError ? "error" : "warning");
    writer.member("keyword", finding.code);
    writer.member("location", finding.location);
    writer.member("message", finding.message);
    writer.end_object();
  }
  writer.end_array();
  throw Error(sqlstate::kDefinitionInvalid, "command definition is invalid", detail);
}

bool any_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

Datum text_datum(std::string_view text) {
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

FindingList to_rows(const std::vector<Finding>& findings) {
  const int count = static_cast<int>(findings.size());
  auto* rows = boundary::call_pg([count]() noexcept {
    return static_cast<FindingRow*>(palloc0(sizeof(FindingRow) * static_cast<std::size_t>(count + 1)));
  });
  for (int i = 0; i < count; ++i) {
    const Finding& finding = findings[static_cast<std::size_t>(i)];
    boundary::call_pg([&finding, rows, i]() noexcept {
      rows[i] = {text_datum(finding.severity == Severity::kError ? "error" : "warning"), text_datum(finding.code),
                 text_datum(finding.location), text_datum(finding.message)};
    });
  }
  return {rows, count};
}

}  // namespace

FindingList check_template(std::string_view schema_text, JsonbContainer* examples) {
  json_schema::CompileOptions options;
  options.strictness = json_schema::Strictness::kStrict;
  json_schema::CompileOutcome outcome = json_schema::compile(schema_text, json_schema::SchemaRegistry(), options);
  std::vector<Finding>& findings = outcome.findings;
  if (outcome.program != nullptr && examples != nullptr) {
    check_examples(*outcome.program, JsonbView::of_root(reinterpret_cast<const char*>(examples)), findings);
  }
  if (outcome.program == nullptr || any_error(findings)) refuse_definition(findings);
  return to_rows(findings);
}

void put_findings(FunctionCallInfo fcinfo, const FindingList& findings) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int i = 0; i < findings.count; ++i) {
    const FindingRow& row = findings.rows[i];
    Datum values[] = {row.severity, row.keyword, row.location, row.message};
    bool nulls[] = {false, false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  }
}

}  // namespace command_center::extension
