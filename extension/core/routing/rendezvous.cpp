// Scores the targets of a key.
#include "extension/core/routing/rendezvous.hpp"

#include <cmath>

namespace command_center::routing {
namespace {

// FNV-1a over the bytes and then the length, so that ("ab", "c") and ("a", "bc") differ.
std::uint64_t absorb(std::uint64_t state, std::string_view part) noexcept {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  for (const char character : part) state = (state ^ static_cast<unsigned char>(character)) * kPrime;
  for (int shift = 0; shift < 64; shift += 8) {
    state = (state ^ ((static_cast<std::uint64_t>(part.size()) >> shift) & 0xffU)) * kPrime;
  }
  return state;
}

// The finaliser of splitmix64: FNV alone leaves the high bits of similar keys alike.
std::uint64_t avalanche(std::uint64_t state) noexcept {
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
  state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
  return state ^ (state >> 31);
}

// In (0, 1): 53 bits, shifted by half a step away from both ends.
double unit_interval(std::uint64_t hash) noexcept {
  return (static_cast<double>(hash >> 11) + 0.5) * 0x1p-53;
}

}  // namespace

std::uint64_t stable_hash(std::string_view first, std::string_view second, std::string_view third) noexcept {
  constexpr std::uint64_t kOffsetBasis = 0xcbf29ce484222325;
  return avalanche(absorb(absorb(absorb(kOffsetBasis, first), second), third));
}

std::optional<std::size_t> pick(std::string_view command_name, std::string_view sticky_key,
                                const std::vector<WeightedTarget>& targets) noexcept {
  std::optional<std::size_t> best;
  double best_score = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!(targets[i].weight > 0)) continue;
    const double score =
        -targets[i].weight /
        std::log(unit_interval(stable_hash(command_name, sticky_key, targets[i].service_id)));
    // Equal scores go to the lower name, so that the order of the policy's list does not matter.
    if (!best || score > best_score ||
        (score == best_score && targets[i].service_id < targets[*best].service_id)) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

}  // namespace command_center::routing
