// The thread of one subscription.
#pragma once

#include "daemon/roles/role.hpp"
#include "relay/consumer/definition.hpp"
#include "relay/consumer/metrics.hpp"
#include "relay/daemon.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::consumer {

// Sessions (session.hpp) one after the other, until the definition is retired. Borrows everything.
class Worker : public roles::Role {
 public:
  Worker(const runtime::StopSignal& stop, const settings::Settings& settings, Metrics& metrics,
         const Definition& definition);

 protected:
  void run_session() override;
  [[nodiscard]] bool is_over() const noexcept override { return definition_.is_retired(); }
  void count_failure(const Failure& failure) override;

 private:
  const settings::Settings& settings_;
  Metrics& metrics_;
  const Definition& definition_;
};

}  // namespace command_center::relay::consumer
