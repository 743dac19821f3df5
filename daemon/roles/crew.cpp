// Waits for the main roles first: when the last one has ended there is nothing left to support.
#include "daemon/roles/crew.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace command_center::daemon::roles {

void Crew::add(Duty duty, std::unique_ptr<Role> role) {
  roster_.add(role->name(), std::as_const(*role).health());
  members_.push_back({duty, std::move(role), {}, RoleEnd::kDrained, false});
}

int Crew::run(const std::function<void()>& tick) {
  for (Member& member : members_) {
    member.thread = std::thread([this, &member] {
      member.end = member.role->run();
      const std::lock_guard<std::mutex> lock(mutex_);
      member.has_ended = true;
      one_ended_.notify_one();
    });
  }
  await(Duty::kMain, tick);
  stop_.ask();
  await(Duty::kSupporting, tick);
  for (Member& member : members_) member.thread.join();
  return exit_status();
}

void Crew::await(Duty duty, const std::function<void()>& tick) {
  constexpr std::chrono::seconds kTick{1};
  std::unique_lock<std::mutex> lock(mutex_);
  while (!has_ended(duty)) {
    lock.unlock();
    tick();
    lock.lock();
    one_ended_.wait_for(lock, kTick, [&] { return has_ended(duty); });
  }
}

bool Crew::has_ended(Duty duty) const {
  return std::all_of(members_.begin(), members_.end(),
                     [duty](const Member& member) { return member.duty != duty || member.has_ended; });
}

int Crew::exit_status() const {
  bool any_works = false;
  bool any_gave_up = false;
  for (const Member& member : members_) {
    if (member.duty != Duty::kMain) continue;
    any_works = any_works || member.end != RoleEnd::kOperatorNeeded;
    any_gave_up = any_gave_up || member.end == RoleEnd::kGaveUp;
  }
  if (!any_works) return kExitOperatorNeeded;
  return any_gave_up ? kExitGaveUp : kExitDrained;
}

}  // namespace command_center::daemon::roles
