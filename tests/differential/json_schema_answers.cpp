// Answers a line for each line {"schema": …, "instance": …} read: valid, invalid, refused, or the SQLSTATE of
// an error.
#include <iostream>
#include <string>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "extension/core/json_schema/json_text.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace {

using namespace command_center::json_schema;  // NOLINT(google-build-using-namespace)

std::string answer(const std::string& line) {
  const auto pair = values::Document::parse(line);
  std::string schema;
  constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
  if (!append_json_value(schema, *values::find_member(pair->root(), "schema"), kMaxBytes)) return "too large";
  CompileOptions options;
  options.formats = FormatMode::kAnnotate;
  const auto outcome = compile(schema, SchemaRegistry(), options);
  if (outcome.program == nullptr) return "refused: " + outcome.findings.front().message;
  const std::string jsonb =
      command_center::tests::encode_jsonb(*values::find_member(pair->root(), "instance"));
  const values::JsonbView root = values::JsonbView::of_root(jsonb.data());
  const bool valid = is_valid(*outcome.program, root);
  if (valid != (list_errors(*outcome.program, root) == "[]")) return "the passes disagree";
  return valid ? "valid" : "invalid";
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << answer(line) << "\n";
    } catch (const command_center::Error& error) {
      std::cout << error.sqlstate() << "\n";
    }
  }
}
