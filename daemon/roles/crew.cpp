// Waits for the main roles first: when the last one has ended there is nothing left to support.
#include "daemon/roles/crew.hpp"

#include <utility>

namespace command_center::daemon::roles {

void Crew::add(Duty duty, std::unique_ptr<Role> role) {
  roster_.add(role->name(), std::as_const(*role).health());
  members_.push_back({duty, std::move(role), {}, RoleEnd::kDrained});
}

int Crew::run() {
  for (Member& member : members_) {
    member.thread = std::thread([&member] { member.end = member.role->run(); });
  }
  join(Duty::kMain);
  stop_.ask();
  join(Duty::kSupporting);
  return exit_status();
}

void Crew::join(Duty duty) {
  for (Member& member : members_) {
    if (member.duty == duty) member.thread.join();
  }
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
