// The syntax tree of an ECMA-262 pattern.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace command_center::json_schema::patterns {

inline constexpr char32_t kMaxCodePoint = 0x10ffff;

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// A Unicode property such as General_Category=Lu, with its name checked only for form.
struct UnicodeProperty {
  std::string name;
  std::string value;  // empty when the name stands alone
  bool negated = false;
};

// A set of code points; a single character is a set of one.
struct CharacterSet {
  std::vector<CodePointRange> ranges;
  std::vector<UnicodeProperty> properties;
  bool negated = false;
};

inline constexpr std::uint32_t kWithoutEnd = std::numeric_limits<std::uint32_t>::max();

struct Expression {
  enum class Kind : std::uint8_t {
    kEmpty,
    kSet,
    kTextStart,
    kTextEnd,
    kWordBoundary,
    kNotWordBoundary,
    kSequence,
    kAlternatives,
    kRepeat,
    kBackReference,
    kLookAround,
  };

  Kind kind = Kind::kEmpty;
  CharacterSet set;
  std::uint32_t least = 0;  // of a repeat
  std::uint32_t most = 0;
  std::vector<std::unique_ptr<Expression>> children;
};

}  // namespace command_center::json_schema::patterns
