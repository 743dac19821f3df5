// SHA-256, and comparing without telling how much was equal.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace command_center::api::identity {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);

// From 64 hexadecimal digits of either case.
[[nodiscard]] std::optional<Digest> parse_digest(std::string_view hex) noexcept;

// Takes the same time whatever is equal.
[[nodiscard]] bool is_same(const Digest& a, const Digest& b) noexcept;

[[nodiscard]] inline std::string_view bytes_of(const Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace command_center::api::identity
