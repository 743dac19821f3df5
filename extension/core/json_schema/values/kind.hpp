// Names the six kinds of JSON value, and sets of them.
#pragma once

#include <cstdint>

namespace command_center::json_schema::values {

enum class Kind : std::uint8_t { kNull, kBoolean, kObject, kArray, kNumber, kString };

// A set of kinds as bits.
using KindSet = std::uint8_t;
inline constexpr KindSet kAnyKind = 0x3f;

[[nodiscard]] constexpr KindSet set_of(Kind kind) noexcept {
  return static_cast<KindSet>(1U << static_cast<unsigned>(kind));
}

}  // namespace command_center::json_schema::values
