// Services that execute commands and publish events in every way there is, and write down what became of each
// transaction.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/checker/journal.hpp"

namespace command_center::checker {

// The topics of one run, which no other run uses.
struct Topics {
  explicit Topics(const std::string& run)
      : commands(run + "-commands"),
        audit(run + "-audit"),
        events(run + "-events"),
        doomed(run + "-doomed"),
        narrow(run + "-narrow") {}
  [[nodiscard]] std::vector<std::string> all() const { return {commands, audit, events, doomed}; }

  std::string commands;  // ordered and unordered commands for the service `orders`
  std::string audit;     // the unordered ones again, for the service `audit`
  std::string events;    // ordered and unordered
  std::string doomed;    // events in a topic that somebody may delete
  std::string narrow;    // events, some of them large, in a topic that may refuse those; not in all()
};

enum class Ordering { kLocked, kPlantedWithoutLock };

// SQL that registers the services, commands, routes and topics of a load, as an operator would.
[[nodiscard]] std::string catalogue_sql(const Topics& topics, Ordering ordering = Ordering::kLocked);

// The payload of a message.
[[nodiscard]] std::string payload_of(const std::string& token, const std::string& key);

struct LoadPlan {
  std::string name = "load";  // part of every token: two loads of one journal have two names
  std::uint64_t seed = 1;
  int writers = 3;
  bool has_slow_writer = true;  // one besides whose transactions stay open for up to two seconds
  std::chrono::milliseconds pause{0};
  bool dooms = false;                       // also writes to the topic that somebody deletes
  bool poisons = false;                     // also writes to the topic that may be too narrow
  bool commits_what_it_rolls_back = false;  // planted
};

class Load {
 public:
  // `conninfo` is asked before each connection: the server may have moved.
  Load(LoadPlan plan, Topics topics, std::function<std::string()> conninfo, Journal& journal);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Ends the writers, and then commits a last message for each topic: in the order of the outbox it comes
  // after all others. Their tokens say "last".
  std::vector<Entry> finish();

 private:
  struct Turn;
  class Writer;
  void run(int writer);

  LoadPlan plan_;
  Topics topics_;
  std::function<std::string()> conninfo_;
  Journal& journal_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace command_center::checker
