// Compares exact decimal numbers without allocation: the numbers of jsonb and of parsed documents in one
// shape.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::json_schema::values {

// A number as base-10000 digits: value = ± sum(digit[i] * 10000^(weight - i)). The digits are borrowed, need
// no alignment, and have no leading or trailing zero digit; zero has no digits, weight 0 and no sign. NaN and
// infinities exist because PostgreSQL's numeric has them; they equal themselves, order like numeric does, and
// are multiples of nothing.
struct Decimal {
  enum class Class : std::uint8_t { kFinite, kNotANumber, kInfinity };

  const char* digits = nullptr;
  std::uint32_t count = 0;
  std::int32_t weight = 0;
  std::uint16_t scale = 0;  // digits written after the decimal point: 1.0 has one, 1 and 1e2 have none
  Class number_class = Class::kFinite;
  bool negative = false;

  [[nodiscard]] int digit(std::uint32_t index) const noexcept {
    std::int16_t value = 0;
    std::memcpy(&value, digits + std::size_t{index} * sizeof value, sizeof value);
    return value;
  }
};

inline constexpr std::int64_t kDecimalBase = 10000;

// True and the value when the number is an integer that fits; this is the fast path of every comparison.
[[nodiscard]] inline bool to_int64(const Decimal& number, std::int64_t& value) noexcept {
  constexpr std::int32_t kMaxWeight = 3;  // sixteen decimal digits always fit
  if (number.weight < 0 || number.weight > kMaxWeight || number.number_class != Decimal::Class::kFinite)
    return false;
  if (number.count > static_cast<std::uint32_t>(number.weight) + 1) return false;
  std::int64_t result = 0;
  for (std::int32_t i = 0; i <= number.weight; ++i) {
    result *= kDecimalBase;
    if (static_cast<std::uint32_t>(i) < number.count) result += number.digit(static_cast<std::uint32_t>(i));
  }
  value = number.negative ? -result : result;
  return true;
}

[[nodiscard]] inline bool is_integer(const Decimal& number) noexcept {
  if (number.number_class != Decimal::Class::kFinite) return false;
  return number.count == 0 ||
         (number.weight >= 0 && number.count <= static_cast<std::uint32_t>(number.weight) + 1);
}

// Negative, zero or positive as left is less than, equal to or greater than right.
[[nodiscard]] int compare(const Decimal& left, const Decimal& right) noexcept;

// A hash that equal numbers share, however they were written.
[[nodiscard]] std::uint64_t hash(const Decimal& number) noexcept;

// The shortest exact text: an integer or decimal fraction, or with an exponent when many zeros would follow.
[[nodiscard]] std::string to_text(const Decimal& number);

enum class NumberSyntax { kOk, kMalformed, kOutOfRange };

// Turns JSON number text into digits appended to `storage` (native int16), and the rest of `number` (whose
// `digits` the caller sets once the storage stands still). Accepts what PostgreSQL's numeric can hold (131072
// digits before the point, 16383 after it), so that no exponent can make a number that is large in memory.
[[nodiscard]] NumberSyntax parse_decimal(std::string_view text, std::vector<std::int16_t>& storage,
                                         Decimal& number);

}  // namespace command_center::json_schema::values
