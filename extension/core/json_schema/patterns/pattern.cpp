// Compiles patterns with RE2, which never backtracks, and bounds both its programs and each match.
#include "extension/core/json_schema/patterns/pattern.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/patterns/pattern_parser.hpp"
#include "extension/core/json_schema/patterns/pattern_translator.hpp"

namespace command_center::json_schema::patterns {

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled, int program_size)
    : compiled_(std::move(compiled)), program_size_(program_size) {}

Pattern::~Pattern() = default;

Pattern::Outcome Pattern::compile(std::string_view ecma, int max_program) {
  const ParsedPattern parsed = parse_pattern(ecma, Syntax::kTolerant);
  if (parsed.expression == nullptr) return {nullptr, parsed.error};
  // Every character costs at least one instruction, but RE2 shares common beginnings.
  constexpr std::size_t kSharing = 8;
  const Translation translation =
      translate(*parsed.expression, static_cast<std::size_t>(max_program) * kSharing);
  if (!translation.refusal.empty()) return {nullptr, translation.refusal};

  constexpr std::int64_t kMaxMemory = std::int64_t{1} << 20;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  auto compiled =
      std::make_unique<re2::RE2>(re2::StringPiece(translation.re2.data(), translation.re2.size()), options);
  if (!compiled->ok()) {
    if (compiled->error_code() == re2::RE2::ErrorBadCharRange)
      return {nullptr, "a Unicode property is not supported"};
    return {nullptr, "the pattern is too large"};
  }
  // A Unicode property alone (such as \p{Letter}) takes some 1,200 instructions; a few of them are allowed
  // on top.
  constexpr int kInstructionsPerProperty = 1300;
  constexpr std::size_t kMaxProperties = 4;
  const auto properties = static_cast<int>(std::min(translation.property_sets, kMaxProperties));
  const int size = compiled->ProgramSize();
  if (size > max_program + properties * kInstructionsPerProperty) {
    return {nullptr, "the pattern needs " + std::to_string(size) + " instructions, more than " +
                         std::to_string(max_program)};
  }
  return {std::unique_ptr<Pattern>(new Pattern(std::move(compiled), size)), {}};
}

bool Pattern::matches(std::string_view text, std::uint64_t budget) const {
  if (text.size() > budget / static_cast<std::uint64_t>(program_size_)) {
    throw Error(sqlstate::kTooLarge,
                "a string of " + std::to_string(text.size()) + " bytes is too long for its pattern", {},
                "Give the string a maxLength, or raise the pattern budget.");
  }
  return compiled_->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED,
                          nullptr, 0);
}

}  // namespace command_center::json_schema::patterns
