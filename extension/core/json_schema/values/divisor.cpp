// Decides divisibility by carrying a remainder through the digits: x = X * 10^a is a multiple of d = D *
// 10^b, neither X nor D divisible by ten, exactly if a >= b and D divides X * 10^(a - b).
#include "extension/core/json_schema/values/divisor.hpp"

#include <algorithm>

namespace command_center::json_schema::values {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::int64_t kDigitsPerGroup = 4;

// The last group of digits without its trailing zeros.
struct LastGroup {
  int value = 0;
  int zeros = 0;
};

LastGroup last_group(const Decimal& number) noexcept {
  LastGroup last{number.digit(number.count - 1), 0};
  while (last.value % 10 == 0) {
    last.value /= 10;
    ++last.zeros;
  }
  return last;
}

std::int64_t exponent_of(const Decimal& number, int zeros) noexcept {
  return kDigitsPerGroup * (std::int64_t{number.weight} - number.count + 1) + zeros;
}

std::uint64_t power_of_ten_modulo(std::uint64_t exponent, std::uint64_t modulus) noexcept {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

// Calls back with each decimal digit of X, the most significant first.
template <class Take>
void for_each_digit(const Decimal& number, Take take) noexcept {
  const LastGroup last = last_group(number);
  for (std::uint32_t i = 0; i + 1 < number.count; ++i) {
    const auto group = static_cast<std::uint32_t>(number.digit(i));
    take(group / 1000);
    take(group / 100 % 10);
    take(group / 10 % 10);
    take(group % 10);
  }
  std::uint32_t divider = 1;
  for (int i = 1; i < kDigitsPerGroup - last.zeros; ++i) divider *= 10;
  for (; divider != 0; divider /= 10) take(static_cast<std::uint32_t>(last.value) / divider % 10);
}

}  // namespace

std::optional<Divisor> Divisor::prepare(const Decimal& number) {
  if (number.number_class != Decimal::Class::kFinite || number.negative || number.count == 0)
    return std::nullopt;
  if (number.count > kMaxDigits / kDigitsPerGroup) return std::nullopt;
  Divisor divisor;
  divisor.exponent_ = exponent_of(number, last_group(number).zeros);
  std::int64_t integer = 0;
  if (to_int64(number, integer)) divisor.integer_ = integer;

  Wide small = 0;
  bool fits = true;
  for_each_digit(number, [&](std::uint32_t digit) {
    small = small * 10 + digit;
    fits = fits && small <= UINT64_MAX;
    if (!fits) small = 0;
    std::uint64_t carry = digit;
    for (std::size_t i = 0; i < divisor.limbs_; ++i) {
      carry += std::uint64_t{divisor.large_[i]} * 10;
      divisor.large_[i] = static_cast<std::uint32_t>(carry % kLimbBase);
      carry /= kLimbBase;
    }
    if (carry != 0) divisor.large_[divisor.limbs_++] = static_cast<std::uint32_t>(carry);
  });
  if (fits) divisor.small_ = static_cast<std::uint64_t>(small);
  return divisor;
}

bool Divisor::divides(const Decimal& number) const noexcept {
  if (number.number_class != Decimal::Class::kFinite) return false;
  if (number.count == 0) return true;
  std::int64_t integer = 0;
  if (integer_ != 0 && to_int64(number, integer)) return integer % integer_ == 0;
  const std::int64_t exponent = exponent_of(number, last_group(number).zeros) - exponent_;
  if (exponent < 0) return false;
  return small_ != 0 ? divides_by_small(number, exponent) : divides_by_large(number, exponent);
}

bool Divisor::divides_by_small(const Decimal& number, std::int64_t exponent) const noexcept {
  Wide remainder = 0;
  for (std::uint32_t i = 0; i + 1 < number.count; ++i) {
    remainder = (remainder * kDecimalBase + static_cast<unsigned>(number.digit(i))) % small_;
  }
  const LastGroup last = last_group(number);
  for (int i = last.zeros; i < kDigitsPerGroup; ++i) remainder *= 10;
  remainder = (remainder + static_cast<unsigned>(last.value)) % small_;
  return remainder * power_of_ten_modulo(static_cast<std::uint64_t>(exponent), small_) % small_ == 0;
}

void Divisor::take_digit(Limbs& remainder, std::uint32_t digit) const noexcept {
  std::uint64_t carry = digit;
  for (std::size_t i = 0; i < limbs_; ++i) {
    carry += std::uint64_t{remainder[i]} * 10;
    remainder[i] = static_cast<std::uint32_t>(carry % kLimbBase);
    carry /= kLimbBase;
  }
  // What is carried out of the top limb belongs to the remainder until enough divisors are taken off.
  auto top = static_cast<std::uint32_t>(carry);
  const auto at_least_divisor = [&] {
    if (top != 0) return true;
    for (std::size_t i = limbs_; i-- > 0;) {
      if (remainder[i] != large_[i]) return remainder[i] > large_[i];
    }
    return true;
  };
  while (at_least_divisor()) {
    std::uint32_t borrow = 0;
    for (std::size_t i = 0; i < limbs_; ++i) {
      const std::uint32_t taken = large_[i] + borrow;
      borrow = remainder[i] < taken ? 1 : 0;
      remainder[i] = remainder[i] + borrow * kLimbBase - taken;
    }
    top -= borrow;
  }
}

bool Divisor::divides_by_large(const Decimal& number, std::int64_t exponent) const noexcept {
  Limbs remainder{};
  for_each_digit(number, [&](std::uint32_t digit) { take_digit(remainder, digit); });
  // More tens than the divisor has bits bring no new factor of two or five.
  constexpr std::int64_t kBitsPerLimb = 30;
  const std::int64_t tens = std::min(exponent, static_cast<std::int64_t>(kMaxLimbs) * kBitsPerLimb);
  for (std::int64_t i = 0; i < tens; ++i) take_digit(remainder, 0);
  return std::all_of(remainder.begin(), remainder.end(), [](std::uint32_t limb) { return limb == 0; });
}

}  // namespace command_center::json_schema::values
