// Decides exactly whether a decimal number is a multiple of another, in bounded time and without allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "extension/core/json_schema/values/decimal.hpp"

namespace command_center::json_schema::values {

// A positive finite number prepared for division: significand * 10^exponent, the significand not divisible by
// ten.
class Divisor {
 public:
  // Nothing when the number is not positive and finite, or has more than kMaxDigits significant digits.
  [[nodiscard]] static std::optional<Divisor> prepare(const Decimal& number);

  [[nodiscard]] bool divides(const Decimal& number) const noexcept;

  static constexpr std::uint32_t kMaxDigits = 140;

 private:
  static constexpr std::uint32_t kLimbBase = 1000000000;
  static constexpr std::size_t kMaxLimbs = 16;
  using Limbs = std::array<std::uint32_t, kMaxLimbs>;  // least significant first

  [[nodiscard]] bool divides_by_small(const Decimal& number, std::int64_t exponent) const noexcept;
  [[nodiscard]] bool divides_by_large(const Decimal& number, std::int64_t exponent) const noexcept;
  // remainder = (remainder * 10 + digit) mod significand
  void take_digit(Limbs& remainder, std::uint32_t digit) const noexcept;

  std::uint64_t small_ = 0;   // the significand when it fits, else zero
  std::int64_t integer_ = 0;  // the whole divisor when it is an integer that fits, else zero
  std::int64_t exponent_ = 0;
  Limbs large_{};
  std::size_t limbs_ = 0;
};

}  // namespace command_center::json_schema::values
