// Compares what is active with who works. Workers go on while the database cannot be asked.
#include "relay/consumer/consumer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"

namespace command_center::relay::consumer {
namespace {

bool is_same(const Subscription& one, const Subscription& other) {
  return one.id == other.id && one.version == other.version && one.group == other.group;
}

}  // namespace

Consumer::Consumer(const runtime::StopSignal& stop, const settings::Settings& settings,
                   prometheus::Registry& registry)
    : Role(stop, {"consumer", "consuming", stop.drain_limit()}),
      stop_(stop),
      settings_(settings),
      metrics_(registry) {
  health().set_others([this] { return are_workers_alive(); });
}

Consumer::~Consumer() {
  for (auto& [name, hand] : hands_) {
    hand->definition.retire();
    if (hand->thread.joinable()) hand->thread.join();
  }
}

void Consumer::run_session() {
  postgres::Connection connection(settings_.common.postgres, waiter());
  Inbox inbox(connection);
  while (!waiter().stopping()) {
    reconcile(inbox.active_subscriptions());
    show_health();
    waiter().wait(settings_.consume.look);
  }
}

// Only a stop ends the workers' work, and each of them drains by itself.
void Consumer::end_session() noexcept {
  if (!waiter().stopping()) return;
  constexpr std::chrono::seconds kBeatInterval{1};
  for (auto& [name, hand] : hands_) {
    std::unique_lock<std::mutex> lock(ending_);
    while (!hand->has_ended.load()) {
      waiter().beat();
      ended_.wait_for(lock, kBeatInterval);
    }
    lock.unlock();
    hand->thread.join();
  }
  const std::lock_guard<std::mutex> lock(naming_);
  hands_.clear();
}

void Consumer::reconcile(const std::vector<Subscription>& subscriptions) {
  for (auto& [name, hand] : hands_) {
    const auto found = std::find_if(subscriptions.begin(), subscriptions.end(),
                                    [&name = name](const Subscription& one) { return one.name == name; });
    if (found == subscriptions.end()) {
      hand->definition.retire();
    } else if (!is_same(*found, hand->definition.get())) {
      hand->definition.set(*found);
    }
  }
  join_ended();
  for (const Subscription& subscription : subscriptions) {
    const auto given_up = given_up_.find(subscription.name);
    if (given_up != given_up_.end() && given_up->second == subscription.version) continue;
    if (hands_.count(subscription.name) == 0) begin(subscription);
  }
}

void Consumer::begin(const Subscription& subscription) {
  given_up_.erase(subscription.name);
  auto hand = std::make_unique<Hand>(stop_, settings_, metrics_, subscription);
  Hand* const working = hand.get();
  hand->thread = std::thread([this, working] {
    (void)working->worker.run();
    const std::lock_guard<std::mutex> lock(ending_);
    working->has_ended.store(true);
    ended_.notify_all();
  });
  const std::lock_guard<std::mutex> lock(naming_);
  hands_.emplace(subscription.name, std::move(hand));
}

// A worker that ended by itself waits for its subscription to be changed.
void Consumer::join_ended() {
  for (auto one = hands_.begin(); one != hands_.end();) {
    Hand& hand = *one->second;
    if (!hand.has_ended.load()) {
      ++one;
      continue;
    }
    hand.thread.join();
    logging::info("no longer consuming", {{"subscription", one->first}});
    if (!hand.definition.is_retired()) given_up_[one->first] = hand.definition.get().version;
    const std::lock_guard<std::mutex> lock(naming_);
    one = hands_.erase(one);
  }
}

bool Consumer::are_workers_alive() {
  const std::lock_guard<std::mutex> lock(naming_);
  return std::all_of(hands_.begin(), hands_.end(),
                     [](const auto& one) { return std::as_const(one.second->worker).health().is_alive(); });
}

void Consumer::show_health() {
  admin::State worst = given_up_.empty() ? admin::State::kWorking : admin::State::kConnecting;
  for (const auto& [name, hand] : hands_)
    worst = std::min(worst, std::as_const(hand->worker).health().state());
  health().set(worst);
  if (admin::is_ready(worst)) health().note_progress();
}

}  // namespace command_center::relay::consumer
