// Compares and hashes JSON values of any view: equal means equal as JSON Schema sees it (1 equals 1.0, key
// order is no matter).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extension/core/error/error.hpp"
#include "extension/core/json_schema/values/decimal.hpp"
#include "extension/core/json_schema/values/document.hpp"
#include "extension/core/json_schema/values/kind.hpp"

namespace command_center::json_schema::values {

// Values nested deeper than this cannot be compared: Error KC014. Fits a small stack.
inline constexpr int kMaxComparedDepth = 256;

[[noreturn]] inline void refuse_depth() {
  throw Error(sqlstate::kTooLarge, "a value is nested too deep to be compared");
}

inline int compare_numbers(const Decimal& left, const Decimal& right) noexcept {
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (to_int64(left, a) && to_int64(right, b)) return a < b ? -1 : static_cast<int>(a > b);
  return compare(left, right);
}

// A total order: by kind, then by value. Zero exactly for equal values.
template <class Left, class Right>
[[nodiscard]] int order(Left left, Right right, int depth = 0) {
  if (left.kind() != right.kind()) return left.kind() < right.kind() ? -1 : 1;
  switch (left.kind()) {
    case Kind::kNull:
      return 0;
    case Kind::kBoolean:
      return static_cast<int>(left.boolean()) - static_cast<int>(right.boolean());
    case Kind::kNumber:
      return compare_numbers(left.number(), right.number());
    case Kind::kString:
      return compare_keys(left.string(), right.string());
    default:
      break;
  }
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  if (depth == kMaxComparedDepth) refuse_depth();
  if (left.kind() == Kind::kArray) {
    auto a = left.elements();
    auto b = right.elements();
    while (a.next() && b.next()) {
      if (const int result = order(a.value(), b.value(), depth + 1); result != 0) return result;
    }
    return 0;
  }
  auto a = left.members();
  auto b = right.members();
  while (a.next() && b.next()) {
    if (const int result = compare_keys(a.key(), b.key()); result != 0) return result;
    if (const int result = order(a.value(), b.value(), depth + 1); result != 0) return result;
  }
  return 0;
}

inline std::uint64_t mix(std::uint64_t seed, std::uint64_t value) noexcept {
  const std::uint64_t mixed = (seed ^ value) * 0x9e3779b97f4a7c15ULL;
  return mixed ^ (mixed >> 29);
}

[[nodiscard]] inline std::uint64_t hash_text(std::string_view text) noexcept {
  std::uint64_t result = text.size();
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    result = mix(result, word);
  }
  std::uint64_t rest = 0;
  if (i < text.size()) std::memcpy(&rest, text.data() + i, text.size() - i);
  return mix(result, rest);
}

// Equal values have equal hashes. Nothing may depend on the converse: hashes of hostile values can be made to
// collide.
template <class View>
[[nodiscard]] std::uint64_t hash_value(View value, int depth = 0) {
  const auto seed = static_cast<std::uint64_t>(value.kind()) + 1;
  switch (value.kind()) {
    case Kind::kNull:
      return seed;
    case Kind::kBoolean:
      return mix(seed, value.boolean() ? 1 : 0);
    case Kind::kNumber:
      return mix(seed, hash(value.number()));
    case Kind::kString:
      return mix(seed, hash_text(value.string()));
    default:
      break;
  }
  if (depth == kMaxComparedDepth) refuse_depth();
  std::uint64_t result = mix(seed, value.size());
  if (value.kind() == Kind::kArray) {
    for (auto cursor = value.elements(); cursor.next();)
      result = mix(result, hash_value(cursor.value(), depth + 1));
    return result;
  }
  for (auto cursor = value.members(); cursor.next();) {
    result = mix(mix(result, hash_text(cursor.key())), hash_value(cursor.value(), depth + 1));
  }
  return result;
}

}  // namespace command_center::json_schema::values
