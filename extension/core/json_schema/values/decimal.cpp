// Compares, hashes, prints and parses exact decimal numbers.
#include "extension/core/json_schema/values/decimal.hpp"

#include <algorithm>

namespace command_center::json_schema::values {

namespace {

constexpr std::int64_t kMaxDigitsBeforePoint = 131072;
constexpr std::int64_t kMaxDigitsAfterPoint = 16383;
constexpr int kDigitsPerGroup = 4;

// Orders by magnitude; both numbers are finite.
int compare_magnitude(const Decimal& left, const Decimal& right) noexcept {
  if (left.count == 0 || right.count == 0)
    return static_cast<int>(left.count != 0) - static_cast<int>(right.count != 0);
  if (left.weight != right.weight) return left.weight < right.weight ? -1 : 1;
  const std::uint32_t common = std::min(left.count, right.count);
  for (std::uint32_t i = 0; i < common; ++i) {
    const int difference = left.digit(i) - right.digit(i);
    if (difference != 0) return difference;
  }
  if (left.count == right.count) return 0;
  return left.count < right.count ? -1 : 1;
}

// -infinity, finite, +infinity, NaN: the order of numeric.
int rank(const Decimal& number) noexcept {
  switch (number.number_class) {
    case Decimal::Class::kFinite:
      return 0;
    case Decimal::Class::kInfinity:
      return number.negative ? -1 : 1;
    case Decimal::Class::kNotANumber:
      break;
  }
  return 2;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// The parts of a JSON number's text.
struct NumberText {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view text, std::size_t& position) noexcept {
  const std::size_t start = position;
  while (position < text.size() && is_digit(text[position])) ++position;
  return text.substr(start, position - start);
}

// Saturates far outside the accepted range, so that a long exponent cannot overflow.
std::int64_t exponent_value(std::string_view digits) noexcept {
  constexpr std::int64_t kSaturated = 1000000000;
  std::int64_t value = 0;
  for (const char c : digits) value = std::min(value * 10 + (c - '0'), kSaturated);
  return value;
}

bool split(std::string_view text, NumberText& parts) noexcept {
  std::size_t position = 0;
  parts.negative = !text.empty() && text[0] == '-';
  if (parts.negative) position = 1;
  parts.whole = take_digits(text, position);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole[0] == '0')) return false;
  if (position < text.size() && text[position] == '.') {
    ++position;
    parts.fraction = take_digits(text, position);
    if (parts.fraction.empty()) return false;
  }
  if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
    ++position;
    const bool negative = position < text.size() && text[position] == '-';
    if (negative || (position < text.size() && text[position] == '+')) ++position;
    const std::string_view digits = take_digits(text, position);
    if (digits.empty()) return false;
    parts.exponent = negative ? -exponent_value(digits) : exponent_value(digits);
  }
  return position == text.size();
}

// The decimal digit at a place of whole + fraction, zero outside.
int digit_at(const NumberText& parts, std::int64_t index) noexcept {
  const auto whole = static_cast<std::int64_t>(parts.whole.size());
  if (index < 0) return 0;
  if (index < whole) return parts.whole[static_cast<std::size_t>(index)] - '0';
  const auto behind = static_cast<std::size_t>(index - whole);
  return behind < parts.fraction.size() ? parts.fraction[behind] - '0' : 0;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) noexcept {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

}  // namespace

int compare(const Decimal& left, const Decimal& right) noexcept {
  const int left_rank = rank(left);
  const int right_rank = rank(right);
  if (left_rank != right_rank) return left_rank - right_rank;
  if (left_rank != 0) return 0;
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int magnitude = compare_magnitude(left, right);
  return left.negative ? -magnitude : magnitude;
}

std::uint64_t hash(const Decimal& number) noexcept {
  std::uint64_t result = 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(rank(number));
  const auto mix = [&](std::uint64_t value) {
    result = (result ^ value) * 0xff51afd7ed558ccdULL;
    result ^= result >> 32;
  };
  mix(number.negative ? 1 : 0);
  mix(static_cast<std::uint32_t>(number.weight));
  for (std::uint32_t i = 0; i < number.count; ++i) mix(static_cast<std::uint64_t>(number.digit(i)));
  return result;
}

std::string to_text(const Decimal& number) {
  if (number.number_class == Decimal::Class::kNotANumber) return "NaN";
  if (number.number_class == Decimal::Class::kInfinity) return number.negative ? "-Infinity" : "Infinity";
  if (number.count == 0) return "0";
  constexpr std::int64_t kMaxPlainZeros = 5;
  std::string digits;
  for (std::uint32_t i = 0; i < number.count; ++i) {
    const std::string group = std::to_string(number.digit(i));
    digits.append(static_cast<std::size_t>(kDigitsPerGroup) - group.size(), '0').append(group);
  }
  // `point` decimal digits stand before the decimal point.
  std::int64_t point = (std::int64_t{number.weight} + 1) * kDigitsPerGroup;
  const std::size_t first = digits.find_first_not_of('0');
  digits.erase(0, first);
  point -= static_cast<std::int64_t>(first);
  digits.erase(digits.find_last_not_of('0') + 1);
  const auto length = static_cast<std::int64_t>(digits.size());

  std::string text = number.negative ? "-" : "";
  if (point > length + kMaxPlainZeros * kDigitsPerGroup || point < -kMaxPlainZeros) {
    text.append(1, digits[0]);
    if (length > 1) text.append(1, '.').append(digits, 1);
    return text.append(1, 'e').append(std::to_string(point - 1));
  }
  if (point <= 0) return text.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  if (point >= length) return text.append(digits).append(static_cast<std::size_t>(point - length), '0');
  return text.append(digits, 0, static_cast<std::size_t>(point))
      .append(1, '.')
      .append(digits, static_cast<std::size_t>(point));
}

NumberSyntax parse_decimal(std::string_view text, std::vector<std::int16_t>& storage, Decimal& number) {
  NumberText parts;
  if (!split(text, parts)) return NumberSyntax::kMalformed;
  number = Decimal{};

  const auto total = static_cast<std::int64_t>(parts.whole.size() + parts.fraction.size());
  std::int64_t first = 0;
  while (first < total && digit_at(parts, first) == 0) ++first;
  std::int64_t end = total;
  while (end > first && digit_at(parts, end - 1) == 0) --end;

  const std::int64_t written_scale = static_cast<std::int64_t>(parts.fraction.size()) - parts.exponent;
  if (first == total) {
    number.scale =
        static_cast<std::uint16_t>(std::clamp<std::int64_t>(written_scale, 0, kMaxDigitsAfterPoint));
    return NumberSyntax::kOk;
  }
  // The decimal point stands before place `point` of the digits.
  const std::int64_t point = static_cast<std::int64_t>(parts.whole.size()) + parts.exponent;
  if (point - first > kMaxDigitsBeforePoint || end - point > kMaxDigitsAfterPoint)
    return NumberSyntax::kOutOfRange;

  number.negative = parts.negative;
  number.scale = static_cast<std::uint16_t>(std::clamp<std::int64_t>(written_scale, 0, kMaxDigitsAfterPoint));
  // Groups of four are aligned to the decimal point.
  number.weight = static_cast<std::int32_t>(floor_divide(point - first - 1, kDigitsPerGroup));
  for (std::int64_t place = point - (std::int64_t{number.weight} + 1) * kDigitsPerGroup; place < end;
       place += kDigitsPerGroup) {
    int group = 0;
    for (int i = 0; i < kDigitsPerGroup; ++i) group = group * 10 + digit_at(parts, place + i);
    storage.push_back(static_cast<std::int16_t>(group));
    ++number.count;
  }
  return NumberSyntax::kOk;
}

}  // namespace command_center::json_schema::values
