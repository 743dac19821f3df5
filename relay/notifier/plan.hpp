// What follows a call of a webhook: for one event, over all channels that are to be told of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "daemon/runtime/backoff.hpp"
#include "extension/core/inventory/notification.hpp"
#include "relay/daemon.hpp"
#include "relay/notifier/webhook.hpp"

namespace command_center::relay::notifier {

struct Schedule {
  int retries = 3;
  std::chrono::milliseconds first_pause{2'000};
};

// A channel has failed when its calls have failed as often as the schedule says, or one was refused. Where
// another channel was told, that is the end of it; where all have failed, they are tried again and again,
// until somebody gives up.
class Plan {
 public:
  static constexpr std::chrono::milliseconds kLongestPause{300'000};

  struct Step {
    enum class What { kSend, kRecordFailed } what = What::kSend;
    inventory::Channel channel = inventory::Channel::kEmail;
    std::chrono::milliseconds pause{0};
  };
  using Steps = std::vector<Step>;

  // `any_told`: another channel was told before.
  Plan(const std::vector<inventory::Channel>& channels, bool any_told, Schedule schedule, std::uint64_t seed);

  // After a call; not for one that was stopped.
  [[nodiscard]] Steps note(inventory::Channel channel, const Call& call);
  // Of all that is not settled.
  [[nodiscard]] Steps give_up();

  // Nothing is left to do.
  [[nodiscard]] bool is_over() const noexcept;
  [[nodiscard]] bool any_told() const noexcept { return any_told_; }
  [[nodiscard]] int calls(inventory::Channel channel) const { return leg(channel).calls; }
  // Why the last call failed.
  [[nodiscard]] const std::string& detail(inventory::Channel channel) const { return leg(channel).detail; }

 private:
  using Random = std::mt19937_64;

  struct Leg {
    inventory::Channel channel;
    runtime::Backoff<Random> pause;
    enum class State { kOpen, kHasFailed, kSettled } state = State::kOpen;
    int calls = 0;
    std::string detail{};
  };

  [[nodiscard]] const Leg& leg(inventory::Channel channel) const;
  [[nodiscard]] Leg& leg(inventory::Channel channel);
  [[nodiscard]] static Step send(Leg& leg);
  [[nodiscard]] Steps settle_failed();

  int retries_;
  bool any_told_;
  std::vector<Leg> legs_;
};

}  // namespace command_center::relay::notifier
