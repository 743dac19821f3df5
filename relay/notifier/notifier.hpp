// The role that tells people of manual releases: a courier for each channel, and a session that hands them
// their errands and writes down what became of these.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "daemon/roles/role.hpp"
#include "relay/daemon.hpp"
#include "relay/notifier/courier.hpp"
#include "relay/notifier/metrics.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::notifier {

// Those that are called, and what they have done and nobody has written down yet; outlive a session.
struct Couriers {
  std::array<std::unique_ptr<Courier>, inventory::kChannels.size()> of;  // null: the channel is not called
  std::deque<Done> done;

  [[nodiscard]] Courier& courier(inventory::Channel channel) const {
    return *of[static_cast<std::size_t>(channel)];
  }
};

// What is done where the database has no Availability Guard.
enum class WithoutGuard { kStandsBy, kFails };

// Borrows the settings and the registry.
class Notifier : public roles::Role {
 public:
  Notifier(const runtime::StopSignal& stop, const settings::Settings& settings,
           prometheus::Registry& registry, WithoutGuard without_guard);

 protected:
  void run_session() override;
  void end_session() noexcept override;
  void count_failure(const Failure& failure) override;

 private:
  [[nodiscard]] bool finds_guard();

  const settings::Settings& settings_;
  WithoutGuard without_guard_;
  bool told_of_no_guard_ = false;
  Metrics metrics_;
  Couriers couriers_;
};

}  // namespace command_center::relay::notifier
