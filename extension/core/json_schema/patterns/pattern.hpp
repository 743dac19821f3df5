// A compiled `pattern`: ECMA-262 syntax, linear-time matching by RE2.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace command_center::json_schema::patterns {

class Pattern {
 public:
  struct Outcome;

  // Compiles a pattern; on refusal `pattern` is null and `refusal` says why.
  [[nodiscard]] static Outcome compile(std::string_view ecma, int max_program);

  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  // Whether the pattern matches anywhere in well-formed UTF-8 text. Throws Error KC014 when instructions
  // times bytes exceed the budget, since RE2 cannot be interrupted.
  [[nodiscard]] bool matches(std::string_view text, std::uint64_t budget) const;

  [[nodiscard]] int program_size() const noexcept { return program_size_; }

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled, int program_size);

  std::unique_ptr<re2::RE2> compiled_;
  int program_size_;
};

struct Pattern::Outcome {
  std::unique_ptr<Pattern> pattern;
  std::string refusal;
};

}  // namespace command_center::json_schema::patterns
