// One thread's worth of a daemon's work: sessions one after the other, until the daemon is asked to stop.
#pragma once

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include "daemon/admin/health.hpp"
#include "daemon/failure.hpp"
#include "daemon/runtime/backoff.hpp"
#include "daemon/runtime/stop_signal.hpp"
#include "daemon/runtime/waiter.hpp"

namespace command_center::daemon::roles {

enum class RoleEnd {
  kDrained,         // asked to stop, and nothing is left under way
  kGaveUp,          // asked to stop, and what was under way could not be finished in time
  kOperatorNeeded,  // cannot go on; the others can
};

// What a derived class says of itself.
struct RoleTraits {
  std::string_view name;      // in logs, metrics and /readyz?role=
  std::string_view activity;  // in logs: "… was interrupted"
  std::chrono::milliseconds drain_limit;
  std::chrono::seconds patience{30};  // how long it may work without progress before it is not ready
  std::chrono::milliseconds shortest_pause{200};  // after a failure; doubles up to the longest
  std::chrono::milliseconds longest_pause{5000};
};

// Everything but health() belongs to the thread that calls run().
class Role {
 public:
  Role(const runtime::StopSignal& stop, const RoleTraits& traits);
  virtual ~Role() = default;
  Role(const Role&) = delete;
  Role& operator=(const Role&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const admin::Health& health() const noexcept { return health_; }

  // Returns when asked to stop, or when a failure says that only an operator can help. Each failure is
  // logged, and followed by what follow_up() says.
  [[nodiscard]] RoleEnd run() noexcept;

 protected:
  // From connecting to the request to stop; returns when nothing is under way. Throws Failure. Progress that
  // it notes in health() makes the next pause short again.
  virtual void run_session() = 0;
  // Asked before each session: whether there is nothing left for this role to do.
  [[nodiscard]] virtual bool is_over() const noexcept { return false; }
  // A session has failed with this; stopping is not a failure.
  virtual void count_failure(const Failure& /*failure*/) {}
  // A session is over, whatever ended it.
  virtual void end_session() noexcept {}

  [[nodiscard]] runtime::Waiter& waiter() noexcept { return waiter_; }
  [[nodiscard]] admin::Health& health() noexcept { return health_; }

 private:
  using Random = std::mt19937_64;

  [[nodiscard]] FollowUp try_session();
  [[nodiscard]] FollowUp take_note_of(const Failure& failure);
  void pause(FollowUp follow_up);

  std::string name_;
  std::string activity_;
  runtime::Waiter waiter_;
  admin::Health health_;
  runtime::Backoff<Random> backoff_;
  bool failed_at_work_ = false;  // the last session
};

}  // namespace command_center::daemon::roles
