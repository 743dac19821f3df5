// A state alone can lie: a thread that waits for a dead broker still believes that it leads.
#include "daemon/admin/health.hpp"

namespace command_center::daemon::admin {

bool Health::is_at_work() const noexcept {
  const State set = state_.load();
  return set == State::kLeading || set == State::kWorking;
}

State Health::state() const noexcept {
  const State set = state_.load();
  const bool works = is_at_work();
  if (waiter_.stopping() && (works || set == State::kStandby)) return State::kDraining;
  if (works && runtime::Clock::now() - last_progress() > patience_) return State::kStalled;
  return set;
}

bool Health::is_alive() const {
  const bool shows_itself =
      state_.load() == State::kStopped || runtime::Clock::now() - waiter_.last_beat() < silence_;
  return shows_itself && (!others_ || others_());
}

}  // namespace command_center::daemon::admin
