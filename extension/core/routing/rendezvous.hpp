// Weighted rendezvous hashing: which of several targets a key belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace command_center::routing {

struct WeightedTarget {
  std::string service_id;
  double weight = 1;  // finite, not negative; 0 is never picked
};

// 64 bits that depend on every byte of every part and on where the parts end. Stable for ever: stored
// decisions rest on it.
[[nodiscard]] std::uint64_t stable_hash(std::string_view first, std::string_view second,
                                        std::string_view third) noexcept;

// The index of the target with the highest score -weight / ln(u), where u in (0, 1) is the hash of command,
// key and service: each target gets its share of the keys, and changing one weight moves keys only to or from
// that target. Nothing when no target has a weight.
[[nodiscard]] std::optional<std::size_t> pick(std::string_view command_name, std::string_view sticky_key,
                                              const std::vector<WeightedTarget>& targets) noexcept;

}  // namespace command_center::routing
