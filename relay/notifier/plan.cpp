// Pure: what is due is for others to do.
#include "relay/notifier/plan.hpp"

#include <algorithm>

#include "daemon/failure.hpp"

namespace command_center::relay::notifier {

using inventory::Channel;

Plan::Plan(const std::vector<Channel>& channels, bool any_told, Schedule schedule, std::uint64_t seed)
    : retries_(schedule.retries), any_told_(any_told) {
  for (const Channel channel : channels)
    legs_.push_back({channel, runtime::Backoff<Random>(schedule.first_pause, kLongestPause, Random(seed++))});
}

Plan::Steps Plan::note(Channel channel, const Call& call) {
  Leg& called = leg(channel);
  ++called.calls;
  if (call.end == Call::End::kTaken) {
    called.state = Leg::State::kSettled;
    any_told_ = true;
    return settle_failed();
  }
  called.detail = call.reason;
  if (call.end == Call::End::kFailed && called.calls <= retries_) return {send(called)};
  called.state = Leg::State::kHasFailed;
  if (any_told_) return settle_failed();
  const bool any_open =
      std::any_of(legs_.begin(), legs_.end(), [](const Leg& leg) { return leg.state == Leg::State::kOpen; });
  if (any_open) return {};
  Steps again;
  for (Leg& leg : legs_) {
    leg.state = Leg::State::kOpen;
    again.push_back(send(leg));
  }
  return again;
}

Plan::Steps Plan::give_up() {
  for (Leg& leg : legs_) {
    if (leg.state == Leg::State::kOpen) leg.state = Leg::State::kHasFailed;
  }
  return settle_failed();
}

bool Plan::is_over() const noexcept {
  return std::all_of(legs_.begin(), legs_.end(),
                     [](const Leg& leg) { return leg.state == Leg::State::kSettled; });
}

const Plan::Leg& Plan::leg(Channel channel) const {
  const auto found =
      std::find_if(legs_.begin(), legs_.end(), [channel](const Leg& leg) { return leg.channel == channel; });
  if (found == legs_.end()) throw Failure(FailureKind::kInternal, "XX000", "a channel was not to be told");
  return *found;
}

Plan::Leg& Plan::leg(Channel channel) {
  return const_cast<Leg&>(static_cast<const Plan*>(this)->leg(channel));
}

Plan::Step Plan::send(Leg& leg) {
  return {Step::What::kSend, leg.channel, leg.pause.next()};
}

Plan::Steps Plan::settle_failed() {
  Steps steps;
  for (Leg& leg : legs_) {
    if (leg.state != Leg::State::kHasFailed) continue;
    leg.state = Leg::State::kSettled;
    steps.push_back({Step::What::kRecordFailed, leg.channel});
  }
  return steps;
}

}  // namespace command_center::relay::notifier
