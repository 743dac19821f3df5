// SipHash-2-4: a 64-bit hash that nobody can predict, or undo, without its key.
#pragma once

#include <cstdint>
#include <string_view>

namespace command_center::hash {

struct SipKey {
  std::uint64_t low;
  std::uint64_t high;
};

// As Aumasson and Bernstein define it, on a machine of either byte order. No allocation.
[[nodiscard]] std::uint64_t sip_hash(const SipKey& key, std::string_view bytes) noexcept;

}  // namespace command_center::hash
