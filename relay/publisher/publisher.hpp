// The role that publishes the outbox.
#pragma once

#include <string>

#include "daemon/roles/role.hpp"
#include "relay/publisher/metrics.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::publisher {

// Sessions (session.hpp) one after the other. Borrows the settings and the registry.
class Publisher : public daemon::roles::Role {
 public:
  Publisher(const daemon::runtime::StopSignal& stop, const settings::Settings& settings,
            prometheus::Registry& registry);

 protected:
  void run_session() override;
  void count_failure(const daemon::Failure& failure) override;
  void end_session() noexcept override;

 private:
  const settings::Settings& settings_;
  Metrics metrics_;
  std::string holder_;
};

}  // namespace command_center::relay::publisher
