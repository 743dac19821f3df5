// The roles of one daemon, each on a thread of its own.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "daemon/admin/roster.hpp"
#include "daemon/roles/role.hpp"
#include "daemon/runtime/stop_signal.hpp"

namespace command_center::daemon::roles {

inline constexpr int kExitDrained = 0;
inline constexpr int kExitGaveUp = 1;
inline constexpr int kExitOperatorNeeded = 3;

// Whether the daemon has a reason to run while this role does. What only supports others ends with the last
// of them.
enum class Duty { kMain, kSupporting };

class Crew {
 public:
  explicit Crew(runtime::StopSignal& stop) : stop_(stop) {}

  void add(Duty duty, std::unique_ptr<Role> role);
  // Of the roles that were added; borrowed from them.
  [[nodiscard]] const admin::Roster& roster() const { return roster_; }

  // Runs all roles until each has ended, and answers the exit status: kExitOperatorNeeded when every main
  // role needed one, kExitGaveUp when any had to give up what was under way, otherwise kExitDrained. A
  // role that ends by itself leaves the others running.
  [[nodiscard]] int run();

 private:
  struct Member {
    Duty duty;
    std::unique_ptr<Role> role;
    std::thread thread;
    RoleEnd end;
  };

  void join(Duty duty);
  [[nodiscard]] int exit_status() const;

  runtime::StopSignal& stop_;
  admin::Roster roster_;
  std::vector<Member> members_;
};

}  // namespace command_center::daemon::roles
