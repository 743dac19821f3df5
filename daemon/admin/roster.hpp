// The health of every role of the daemon, and what it means for the whole.
#pragma once

#include <prometheus/metric_family.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/admin/health.hpp"

namespace command_center::daemon::admin {

// Filled before anybody reads it; borrows the healths.
class Roster {
 public:
  void add(std::string role, const Health& health) { roles_.emplace_back(std::move(role), &health); }

  // What is said beside the state of all, such as what is missing while the daemon is ready all the same;
  // empty: nothing.
  void set_remark(std::function<std::string()> remark) { remark_ = std::move(remark); }
  [[nodiscard]] std::string remark() const { return remark_ ? remark_() : std::string(); }

  // Of the role that is worst off.
  [[nodiscard]] State state() const;
  // Of one role; nothing when there is none of this name.
  [[nodiscard]] std::optional<State> state_of(std::string_view role) const;
  // Of each role, whether it is ready and how long ago it made progress.
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;
  // False when the thread of any role is stuck.
  [[nodiscard]] bool is_alive() const;

 private:
  std::function<std::string()> remark_;
  std::vector<std::pair<std::string, const Health*>> roles_;
};

}  // namespace command_center::daemon::admin
