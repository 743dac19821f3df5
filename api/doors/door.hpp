// The role that keeps a door open until the daemon is asked to stop, and closes it when everything is
// answered.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "api/api.hpp"
#include "daemon/roles/role.hpp"

namespace command_center::api::doors {

// What a door does; called on the role's thread.
class Doorway {
 public:
  virtual ~Doorway() = default;
  // Tells clients who ask whether what they ask for could be done.
  virtual void set_ready(bool /*ready*/) {}
  // From now on every request is refused.
  virtual void drain() noexcept = 0;
  // Requests that are handed over and not yet answered.
  [[nodiscard]] virtual int unanswered() const noexcept = 0;
};

class Door final : public roles::Role {
 public:
  // `name`: of the role. `is_ready`: whether what answers the requests can; asked about every quarter of a
  // second.
  Door(const runtime::StopSignal& stop, std::chrono::milliseconds drain_limit, std::string_view name,
       Doorway& doorway, std::function<bool()> is_ready);

 private:
  void run_session() override;

  Doorway& doorway_;
  std::function<bool()> is_ready_;
};

}  // namespace command_center::api::doors
