// Fuzzes schema and instance together: both views and both passes must agree, whatever the input, or end in
// our error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/json_schema.hpp"
#include "tests/unit/support/jsonb_encoder.hpp"

namespace {

using namespace command_center::json_schema;  // NOLINT(google-build-using-namespace)
using command_center::Error;

void require(bool promise) {
  if (!promise) std::abort();
}

CompileOptions options_from(std::uint8_t bits) {
  CompileOptions options;
  options.default_draft = static_cast<Draft>((bits & 0x0f) % 5);
  options.formats = (bits & 0x80) != 0 ? FormatMode::kAnnotate : FormatMode::kAssert;
  options.strictness = (bits & 0x40) != 0 ? Strictness::kStrict : Strictness::kLenient;
  options.limits.steps = 100000;
  options.limits.steps_per_value = 20;
  return options;
}

// Nothing when a limit was met.
template <class Ask>
auto unless_too_large(Ask ask) -> std::optional<decltype(ask())> {
  try {
    return ask();
  } catch (const Error& error) {
    require(error.sqlstate() == command_center::sqlstate::kTooLarge);
    return std::nullopt;
  }
}

template <class View>
std::optional<bool> check_passes(const Program& program, View root) {
  const auto answer = unless_too_large([&] { return is_valid(program, root); });
  const auto errors = unless_too_large([&] { return list_errors(program, root); });
  if (errors) {
    const auto listed = values::Document::parse(*errors);
    require(listed->root().size <= 100);
    // The boolean pass does no more than the collecting one.
    require(answer.has_value() && *answer == (listed->root().size == 0));
  }
  return answer;
}

void evaluate(const Program& program, std::string_view instance) {
  std::shared_ptr<const values::Document> document;
  try {
    document = values::Document::parse(instance);
  } catch (const Error&) {
    return;
  }
  const auto from_document = check_passes(program, values::DocumentView(document->root()));
  if (command_center::tests::holds_nul(document->root())) return;
  const std::string jsonb = command_center::tests::encode_jsonb(document->root());
  require(check_passes(program, values::JsonbView::of_root(jsonb.data())) == from_document);
}

}  // namespace

// A byte of options, the schema, a newline, the instance.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t split = text.find('\n');
  try {
    const auto outcome = compile(text.substr(0, split), SchemaRegistry(), options_from(data[0]));
    if (outcome.program == nullptr) {
      require(!outcome.findings.empty());
    } else if (split != std::string_view::npos) {
      evaluate(*outcome.program, text.substr(split + 1));
    }
  } catch (const Error& error) {
    require(!error.sqlstate().empty());
  }
  return 0;
}
