// The role that consumes: a worker for each active subscription of the database.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/roles/role.hpp"
#include "relay/consumer/definition.hpp"
#include "relay/consumer/metrics.hpp"
#include "relay/consumer/worker.hpp"
#include "relay/daemon.hpp"
#include "relay/settings/settings.hpp"

namespace command_center::relay::consumer {

// Looks for changes of subscriptions again and again: what is made, changed, paused or removed by SQL takes
// effect with the next look. Borrows the settings and the registry.
class Consumer : public roles::Role {
 public:
  Consumer(const runtime::StopSignal& stop, const settings::Settings& settings,
           prometheus::Registry& registry);
  ~Consumer() override;

 protected:
  void run_session() override;
  void end_session() noexcept override;

 private:
  struct Hand {
    Hand(const runtime::StopSignal& stop, const settings::Settings& settings, Metrics& metrics,
         const Subscription& subscription)
        : definition(subscription), worker(stop, settings, metrics, definition) {}

    Definition definition;
    Worker worker;
    std::atomic<bool> has_ended{false};
    std::thread thread;
  };

  void reconcile(const std::vector<Subscription>& subscriptions);
  void begin(const Subscription& subscription);
  void join_ended();
  void show_health();
  [[nodiscard]] bool are_workers_alive();

  const runtime::StopSignal& stop_;
  const settings::Settings& settings_;
  Metrics metrics_;
  std::mutex ending_;  // of the change of any has_ended
  std::condition_variable ended_;
  std::mutex naming_;  // of hands_ itself, which the admin thread reads
  std::map<std::string, std::unique_ptr<Hand>> hands_;
  std::map<std::string, int> given_up_;  // subscriptions whose worker needs an operator, with their version
};

}  // namespace command_center::relay::consumer
