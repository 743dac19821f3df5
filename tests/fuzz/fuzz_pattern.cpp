// Fuzzes patterns and texts: every pattern is compiled or refused with a reason, and every match ends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/formats/formats.hpp"
#include "extension/core/json_schema/patterns/pattern.hpp"
#include "extension/core/json_schema/patterns/pattern_facts.hpp"
#include "extension/core/json_schema/patterns/pattern_parser.hpp"
#include "extension/core/json_schema/values/utf8.hpp"

namespace {

using namespace command_center::json_schema;  // NOLINT(google-build-using-namespace)

void require(bool promise) {
  if (!promise) std::abort();
}

void check_formats(std::string_view text) {
  for (const std::string_view name :
       {"date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6",
        "iri", "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri",
        "uri-reference", "uri-template", "uuid"}) {
    static_cast<void>(formats::find_format(name)(text));
  }
}

}  // namespace

// The pattern, a newline, the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kMaxProgram = 1000;
  constexpr std::uint64_t kBudget = 2000000;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t split = std::min(input.find('\n'), input.size());
  const std::string_view pattern = input.substr(0, split);
  const std::string_view text = input.substr(std::min(split + 1, input.size()));
  if (patterns::parse_pattern(pattern, patterns::Syntax::kStandard).expression != nullptr) {
    require(patterns::parse_pattern(pattern, patterns::Syntax::kTolerant).expression != nullptr);
  }
  static_cast<void>(patterns::facts_about(pattern));
  check_formats(text);
  const auto outcome = patterns::Pattern::compile(pattern, kMaxProgram);
  require((outcome.pattern == nullptr) == !outcome.refusal.empty());
  if (outcome.pattern == nullptr || !values::is_well_formed_utf8(text)) return 0;
  try {
    static_cast<void>(outcome.pattern->matches(text, kBudget));
  } catch (const command_center::Error& error) {
    require(error.sqlstate() == command_center::sqlstate::kTooLarge);
  }
  return 0;
}
