// A UUID as sixteen bytes and as text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace command_center::identifiers {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const Uuid& a, const Uuid& b) noexcept { return a.bytes == b.bytes; }
  friend bool operator<(const Uuid& a, const Uuid& b) noexcept { return a.bytes < b.bytes; }
};

// The canonical 36 characters, in lower case.
[[nodiscard]] std::string to_text(const Uuid& uuid);

// What the server reads as a uuid too: 32 digits in any case, a hyphen after any four of them, braces around.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

}  // namespace command_center::identifiers
