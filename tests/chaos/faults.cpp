// All that is random comes from the world's source, and before anything else is asked, so that a seed gives
// the same faults again.
#include "tests/chaos/faults.hpp"

#include <poll.h>
#include <signal.h>

#include <array>
#include <utility>

#include "tests/checker/session.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/e2e/support/topic.hpp"

namespace command_center::chaos {
namespace {

using checker::Reply;
using checker::Session;
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

std::string kill_one(const World& world, Relays& relays) {
  const std::size_t slot = world.choose(relays.count());
  relays.start(slot);
  return "relay " + std::to_string(slot);
}

std::string kill_relay(const World& world) {
  return kill_one(world, world.publishers);
}
std::string kill_consumer(const World& world) {
  return kill_one(world, world.consumers);
}

std::string kill_both_relays(const World& world) {
  const std::size_t slot = world.choose(world.publishers.count());
  for (const std::size_t each : {slot, Relays::partner_of(slot)}) world.publishers.kill_9(each);
  for (const std::size_t each : {slot, Relays::partner_of(slot)}) world.publishers.start(each);
  return "relay " + std::to_string(slot) + " and its partner";
}

// The relay gets there only if it leads, so the other one goes first.
std::string stop_relay_at(const World& world, const char* point, bool wakes) {
  constexpr std::chrono::seconds kPatience{8};
  // It takes over once.
  const std::uint64_t nth = 1 + world.choose(6);
  const std::string where = std::string(point) + ":" + std::to_string(point == kAfterProgressRead ? 1 : nth);
  const auto duration = world.between(100, 4000);
  Publishers& relays = world.publishers;
  const std::size_t slot = world.choose(relays.count());
  relays.start(slot, where);
  relays.kill_9(Relays::partner_of(slot));
  const bool stopped = relays[slot].waits_at_stop_point(kPatience);
  relays.start(Relays::partner_of(slot));
  if (stopped && wakes) {
    last(duration);
    relays[slot].send(SIGCONT);
  } else {
    relays.start(slot);
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

std::string freeze_one(const World& world, Relays& relays, int most_ms) {
  const std::size_t slot = world.choose(relays.count());
  const auto duration = world.between(200, most_ms);
  relays[slot].send(SIGSTOP);
  last(duration);
  relays[slot].send(SIGCONT);
  return "relay " + std::to_string(slot) + " for " + in_words(duration);
}

std::string freeze_relay(const World& world) {
  return freeze_one(world, world.publishers, 6000);
}
// Some for longer than their session lasts.
std::string freeze_consumer(const World& world) {
  return freeze_one(world, world.consumers, 9000);
}

// Relays of the old number are told, or dead, before or after it changes.
std::string change_publishers(const World& world) {
  constexpr int kMost = 3;
  Publishers& relays = world.publishers;
  const int shards = 1 + (relays.shards() + static_cast<int>(world.choose(kMost - 1))) % kMost;
  const bool abruptly = world.choose(2) == 0;
  const auto duration = world.between(0, 500);
  for (std::size_t slot = 0; abruptly && slot < relays.count(); ++slot) relays.kill_9(slot);
  const auto is_set = [&world, shards] {
    return Session(world.postgres.conninfo(world.database.name()))
               .run("SELECT command_center.set_publishers(" + std::to_string(shards) + ")") == Reply::kDone;
  };
  if (!e2e::eventually(is_set)) throw std::runtime_error("could not set the number of publishers");
  last(duration);
  relays.divide(shards);
  return "to " + std::to_string(shards) + (abruptly ? " without relays" : " under them");
}

// What was refused fits for a while.
std::string release_parked(const World& world) {
  const auto duration = world.between(500, 3000);
  set_narrow(world.topics, false);
  const std::string released = release_all(world.postgres.conninfo(world.database.name()));
  last(duration);
  set_narrow(world.topics, true);
  return released + " messages, for " + in_words(duration);
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

// Without the last commits, of which Kafka has some.
std::string lose_commits(const World& world) {
  const auto duration = world.between(500, 4000);
  world.postgres.lose_commits(duration);
  return "those of " + in_words(duration) + ", to port " + std::to_string(world.postgres.port());
}

// Whether a batch was opened since this began: a broker that nobody has come back to yet has nothing to lose.
bool is_publishing_again(const World& world) {
  constexpr std::chrono::seconds kPatience{20};
  Session session(world.postgres.conninfo(world.database.name()));
  const auto last_opened = [&session]() -> std::string {
    if (session.run("SELECT max(opened_at) FROM command_center.publication_batches WHERE messages > 0") !=
        Reply::kDone)
      return {};
    return session.rows()[0][0];
  };
  const std::string before = last_opened();
  return e2e::eventually([&] { return last_opened() > before; }, kPatience);
}

std::string kill_broker(const World& world) {
  const bool busy = is_publishing_again(world);
  world.kafka.crash();
  return busy ? "at work" : "to which nobody has come back";
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

// Answers false when the server does not.
bool set_handler(const World& world, const std::string& body) {
  return Session(world.postgres.conninfo(world.database.name())).run(handler_sql(body)) == Reply::kDone;
}

// Some messages fail for good, some may pass the next time, some take longer than a statement may, and some
// let the commit fail.
std::string break_handler(const World& world) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kKinds = {
      {{"raises for some", "IF hashtext(message.value) % 8 = 0 THEN RAISE 'not this one'; END IF;"},
       {"raises at times",
        "IF random() < 0.1 THEN RAISE serialization_failure USING MESSAGE = 'not now'; END IF;"},
       {"is slow for some", "IF hashtext(message.value) % 50 = 0 THEN PERFORM pg_sleep(60); END IF;"},
       {"fails the commit for some",
        "INSERT INTO public.refused_later SELECT WHERE hashtext(message.value) % 20 = 0;"}}};
  const auto& [name, code] = kKinds.at(world.choose(kKinds.size()));
  const auto duration = world.between(1000, 6000);
  if (!e2e::eventually([&, code = code] { return set_handler(world, code); }))
    throw std::runtime_error("could not break the handler");
  last(duration);
  if (!e2e::eventually([&] { return set_handler(world, ""); }))
    throw std::runtime_error("could not mend the handler");
  return std::string(name) + " for " + in_words(duration);
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

std::string handler_sql(const std::string& body) {
  return "CREATE OR REPLACE FUNCTION public.take_effect(message command_center.kafka_message) RETURNS void"
         " LANGUAGE plpgsql AS $$ BEGIN " +
         body + " INSERT INTO public.effects VALUES (message.value::jsonb #>> '{payload,token}'); END $$";
}

void set_narrow(const checker::Topics& topics, bool is_narrow) {
  // Others fit by the batch.
  const auto is_set = [&] {
    try {
      e2e::configure_topic(topics.narrow, {{"max.message.bytes", is_narrow ? "25000" : "1000000"}});
    } catch (const std::runtime_error&) {
      return false;
    }
    return true;
  };
  // A broker that has just come back takes its time.
  if (!e2e::eventually(is_set)) throw std::runtime_error("could not configure topic " + topics.narrow);
}

std::string release_all(const std::string& conninfo) {
  Session session(conninfo);
  if (session.run("SELECT command_center.release_parked(ARRAY(SELECT message_id FROM "
                  "command_center.list_parked()), 'it fits')") != Reply::kDone)
    return session.error();
  return session.rows()[0][0];
}

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> faults = {
      {"kill-relay", "", 10, kill_relay},
      {"kill-both-relays", "", 2, kill_both_relays},
      {"kill-relay-after-progress-read", "", 1, kill_at<kAfterProgressRead>},
      {"kill-relay-after-batch-commit", "", 2, kill_at<kAfterBatchCommit>},
      {"kill-relay-mid-produce", "", 2, kill_at<kMidProduce>},
      {"kill-relay-before-kafka-commit", "", 2, kill_at<kBeforeKafkaCommit>},
      {"kill-relay-after-kafka-commit", "", 2, kill_at<kAfterKafkaCommit>},
      {"freeze-relay", "", 3, freeze_relay},
      {"freeze-relay-after-progress-read", "", 2, freeze_at<kAfterProgressRead>},
      {"freeze-relay-after-batch-commit", "", 1, freeze_at<kAfterBatchCommit>},
      {"freeze-relay-mid-produce", "", 1, freeze_at<kMidProduce>},
      {"freeze-relay-before-kafka-commit", "", 1, freeze_at<kBeforeKafkaCommit>},
      {"freeze-relay-after-kafka-commit", "", 1, freeze_at<kAfterKafkaCommit>},
      {"kill-backend", "postgres", 2, kill_backend},
      {"terminate-backends", "", 2, terminate_backends},
      {"freeze-backends", "", 2, freeze_backends},
      {"kill-postmaster", "postgres", 3, kill_postmaster},
      {"freeze-postmaster", "", 1, freeze_postmaster},
      {"fail-over", "postgres", 1, fail_over},
      {"lose-commits", "postgres", 1, lose_commits},
      {"kill-broker", "broker", 3, kill_broker},
      {"freeze-broker", "", 2, freeze_broker},
      {"bad-weather-to-postgres", "", 3, bad_weather_to_postgres},
      {"bad-weather-to-kafka", "", 3, bad_weather_to_kafka},
      {"full-disk-of-postgres", "", 1, fill_disk_of_postgres},
      {"full-disk-of-kafka", "", 1, fill_disk_of_kafka},
      {"delete-topic", "", 1, delete_topic},
      {"kill-consumer", "", 3, kill_consumer},
      {"freeze-consumer", "", 2, freeze_consumer},
      {"break-handler", "", 2, break_handler},
      {"change-publishers", "", 2, change_publishers},
      {"release-parked", "", 2, release_parked},
  };
  return faults;
}

}  // namespace command_center::chaos
