// The roles of one daemon, each on a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
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

  // Said beside the state of all of them, at /readyz; borrowed as they are.
  void set_remark(std::function<std::string()> remark) { roster_.set_remark(std::move(remark)); }

  // Runs all roles until each has ended, and answers the exit status: kExitOperatorNeeded when every main
  // role needed one, kExitGaveUp when any had to give up what was under way, otherwise kExitDrained. A
  // role that ends by itself leaves the others running. `tick` is called about once a second meanwhile, on
  // the calling thread.
  [[nodiscard]] int run(const std::function<void()>& tick = [] {});

 private:
  struct Member {
    Duty duty;
    std::unique_ptr<Role> role;
    std::thread thread;
    RoleEnd end;
    bool has_ended = false;  // guarded by the mutex
  };

  [[nodiscard]] bool has_ended(Duty duty) const;
  void await(Duty duty, const std::function<void()>& tick);
  [[nodiscard]] int exit_status() const;

  runtime::StopSignal& stop_;
  admin::Roster roster_;
  std::vector<Member> members_;
  mutable std::mutex mutex_;
  std::condition_variable one_ended_;
};

}  // namespace command_center::daemon::roles
