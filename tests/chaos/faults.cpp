// All that is random comes from the world's source, and before anything else is asked, so that a seed gives
// the same faults again.
#include "tests/chaos/faults.hpp"

#include <poll.h>
#include <signal.h>

#include <array>
#include <utility>

#include "tests/e2e/support/topic.hpp"

namespace command_center::chaos {
namespace {

using faults::Forecast;
using faults::Weather;

constexpr const char* kAfterProgressRead = "after-progress-read";
constexpr const char* kAfterBatchCommit = "after-batch-commit";
constexpr const char* kMidProduce = "mid-produce";
constexpr const char* kBeforeKafkaCommit = "before-kafka-commit";
constexpr const char* kAfterKafkaCommit = "after-kafka-commit";

void last(std::chrono::milliseconds duration) {
  poll(nullptr, 0, static_cast<int>(duration.count()));
}

std::string in_words(std::chrono::milliseconds duration) {
  return std::to_string(duration.count()) + " ms";
}

std::string kill_relay(const World& world) {
  const std::size_t slot = world.choose(Relays::kCount);
  world.relays[slot].kill_9();
  world.relays.start(slot);
  return "relay " + std::to_string(slot);
}

std::string kill_both_relays(const World& world) {
  for (std::size_t slot = 0; slot < Relays::kCount; ++slot) world.relays[slot].kill_9();
  for (std::size_t slot = 0; slot < Relays::kCount; ++slot) world.relays.start(slot);
  return "both";
}

// The relay gets there only if it leads, so the other one goes first.
std::string stop_relay_at(const World& world, const char* point, bool wakes) {
  constexpr std::chrono::seconds kPatience{8};
  // It takes over once.
  const std::uint64_t nth = 1 + world.choose(6);
  const std::string where = std::string(point) + ":" + std::to_string(point == kAfterProgressRead ? 1 : nth);
  const auto duration = world.between(100, 4000);
  const std::size_t slot = world.choose(Relays::kCount);
  world.relays.start(slot, where);
  world.relays[1 - slot].kill_9();
  const bool stopped = world.relays[slot].waits_at_stop_point(kPatience);
  world.relays.start(1 - slot);
  if (stopped && wakes) {
    last(duration);
    world.relays[slot].send(SIGCONT);
  } else {
    world.relays.start(slot);
  }
  return where + (!stopped ? " was not reached" : wakes ? " for " + in_words(duration) : " and killed there");
}

template <const char* const& kPoint>
std::string kill_at(const World& world) {
  return stop_relay_at(world, kPoint, false);
}

template <const char* const& kPoint>
std::string freeze_at(const World& world) {
  return stop_relay_at(world, kPoint, true);
}

std::string freeze_relay(const World& world) {
  const std::size_t slot = world.choose(Relays::kCount);
  const auto duration = world.between(200, 6000);
  world.relays[slot].send(SIGSTOP);
  last(duration);
  world.relays[slot].send(SIGCONT);
  return "relay " + std::to_string(slot) + " for " + in_words(duration);
}

// The server takes kill -9 of one backend for a crash and starts all of them anew.
std::string kill_backend(const World& world) {
  const std::uint64_t chosen = world.random();
  const auto pids = world.postgres.backends(world.choose(2) == 0 ? "command-center-relay" : "");
  if (pids.empty()) return "there is none";
  kill(pids[chosen % pids.size()], SIGKILL);
  world.postgres.put_right();
  return "one of " + std::to_string(pids.size());
}

std::string terminate_backends(const World& world) {
  const auto pids = world.postgres.backends(world.choose(2) == 0 ? "command-center-relay" : "");
  for (const pid_t pid : pids) kill(pid, SIGTERM);
  return std::to_string(pids.size());
}

std::string freeze_backends(const World& world) {
  const auto duration = world.between(200, 6000);
  const auto pids = world.postgres.backends("command-center-relay");
  for (const pid_t pid : pids) kill(pid, SIGSTOP);
  last(duration);
  for (const pid_t pid : pids) kill(pid, SIGCONT);
  return std::to_string(pids.size()) + " of the relays for " + in_words(duration);
}

std::string kill_postmaster(const World& world) {
  world.postgres.crash();
  return "and all its children";
}

std::string freeze_postmaster(const World& world) {
  const auto duration = world.between(200, 5000);
  kill(world.postgres.postmaster(), SIGSTOP);
  last(duration);
  kill(world.postgres.postmaster(), SIGCONT);
  return "for " + in_words(duration);
}

std::string fail_over(const World& world) {
  world.postgres.fail_over();
  return "to port " + std::to_string(world.postgres.port());
}

std::string kill_broker(const World& world) {
  world.kafka.crash();
  return "the only one";
}

std::string freeze_broker(const World& world) {
  const auto duration = world.between(200, 8000);
  kill(world.kafka.broker(), SIGSTOP);
  last(duration);
  kill(world.kafka.broker(), SIGCONT);
  return "for " + in_words(duration);
}

std::string bad_weather(const World& world, faults::Proxy& proxy) {
  const std::array<std::pair<const char*, Forecast>, 5> kinds = {
      {{"delay", {Weather::kDelay, static_cast<std::int64_t>(20 + world.choose(400))}},
       {"throttle", {Weather::kThrottle, static_cast<std::int64_t>(20'000 + world.choose(200'000))}},
       {"stall", {Weather::kStall, 0}},
       {"half-open", {Weather::kHalfOpen, 0}},
       {"cut", {Weather::kCut, 0}}}};
  const auto& [name, forecast] = kinds.at(world.choose(kinds.size()));
  const auto duration = world.between(200, 6000);
  proxy.set(forecast);
  last(duration);
  proxy.set({});
  return std::string(name) + (forecast.amount > 0 ? " " + std::to_string(forecast.amount) : "") + " for " +
         in_words(duration);
}

std::string bad_weather_to_postgres(const World& world) {
  return bad_weather(world, world.to_postgres);
}
std::string bad_weather_to_kafka(const World& world) {
  return bad_weather(world, world.to_kafka);
}

template <typename Server>
std::string fill_disk(const World& world, Server& server) {
  const auto duration = world.between(500, 4000);
  if (!SmallDisk::fill(server.data())) return {};
  last(duration);
  SmallDisk::free(server.data());
  server.put_right();
  return "for " + in_words(duration);
}

std::string fill_disk_of_postgres(const World& world) {
  return fill_disk(world, world.postgres);
}
std::string fill_disk_of_kafka(const World& world) {
  return fill_disk(world, world.kafka);
}

std::string delete_topic(const World& world) {
  try {
    e2e::delete_topic(world.topics.doomed);
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return world.topics.doomed;
}

}  // namespace

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> faults = {
      {"kill-relay", "relay", 10, kill_relay},
      {"kill-both-relays", "relay", 2, kill_both_relays, 2},
      {"kill-relay-after-progress-read", "relay", 1, kill_at<kAfterProgressRead>, 2},
      {"kill-relay-after-batch-commit", "relay", 2, kill_at<kAfterBatchCommit>, 2},
      {"kill-relay-mid-produce", "relay", 2, kill_at<kMidProduce>, 2},
      {"kill-relay-before-kafka-commit", "relay", 2, kill_at<kBeforeKafkaCommit>, 2},
      {"kill-relay-after-kafka-commit", "relay", 2, kill_at<kAfterKafkaCommit>, 2},
      {"freeze-relay", "", 3, freeze_relay},
      {"freeze-relay-after-progress-read", "relay", 2, freeze_at<kAfterProgressRead>},
      {"freeze-relay-after-batch-commit", "relay", 1, freeze_at<kAfterBatchCommit>},
      {"freeze-relay-mid-produce", "relay", 1, freeze_at<kMidProduce>},
      {"freeze-relay-before-kafka-commit", "relay", 1, freeze_at<kBeforeKafkaCommit>},
      {"freeze-relay-after-kafka-commit", "relay", 1, freeze_at<kAfterKafkaCommit>},
      {"kill-backend", "postgres", 2, kill_backend},
      {"terminate-backends", "", 2, terminate_backends},
      {"freeze-backends", "", 2, freeze_backends},
      {"kill-postmaster", "postgres", 3, kill_postmaster},
      {"freeze-postmaster", "", 1, freeze_postmaster},
      {"fail-over", "postgres", 1, fail_over},
      {"kill-broker", "broker", 3, kill_broker},
      {"freeze-broker", "", 2, freeze_broker},
      {"bad-weather-to-postgres", "", 3, bad_weather_to_postgres},
      {"bad-weather-to-kafka", "", 3, bad_weather_to_kafka},
      {"full-disk-of-postgres", "", 1, fill_disk_of_postgres},
      {"full-disk-of-kafka", "", 1, fill_disk_of_kafka},
      {"delete-topic", "", 1, delete_topic},
  };
  return faults;
}

}  // namespace command_center::chaos
