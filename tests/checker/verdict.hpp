// Compares what a load knows it committed with what a consumer finds, and names every difference. Pure: no
// server, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/checker/journal.hpp"

namespace command_center::checker {

// A message as a read_committed consumer found it, reading from offset 0.
struct Sighting {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string tenant;
  std::string target;
  std::string id;
  std::string token;
  bool intact = false;  // the payload has the filling_of() its token and key
};

enum class Fault {
  kLost,         // committed, and not there
  kDuplicate,    // there more than once
  kOutOfOrder,   // ordered messages of one key, not in the order of their commits
  kInvented,     // no transaction ever queued it for this topic and target
  kRolledBack,   // there, though its transaction or savepoint rolled back
  kTorn,         // of a transaction whose outcome is unknown, only a part is there
  kRewritten,    // its payload, id or tenant is another one
  kWrongKey,     // its Kafka key is another one
  kSplitKey,     // one key in two partitions of a topic
  kNotExcluded,  // two transactions held an ordered key at the same time
  // Of consumers:
  kNoEffect,       // an input without its effect
  kDoubleEffect,   // an input with more than one
  kEffectInvented  // an effect without an input
};

[[nodiscard]] const char* name_of(Fault fault);

enum class Delivery { kExactlyOnce, kAtLeastOnce };

struct Promise {
  Delivery delivery = Delivery::kExactlyOnce;
  // Somebody deleted these while the load ran: what was in them is gone.
  std::set<std::string> deleted_topics{};
};

class Verdict {
 public:
  void add(Fault fault, const std::string& what);
  void merge(const Verdict& other);

  [[nodiscard]] bool is_clean() const { return counts_.empty(); }
  [[nodiscard]] int count(Fault fault) const;
  [[nodiscard]] std::set<Fault> faults() const;
  // A line for each kind, with the first few examples below it; empty when clean.
  [[nodiscard]] std::string text() const;

 private:
  std::map<Fault, int> counts_;
  std::map<Fault, std::vector<std::string>> examples_;
};

[[nodiscard]] Verdict judge(const std::vector<Transaction>& journal, const std::vector<Sighting>& sightings,
                            const Promise& promise = {});

// An effect of a consumer, known by the token of its input.
using Effects = std::vector<std::string>;

// Each message of `inputs` (once, however often it is there: consumers deduplicate) has exactly one effect,
// and no effect is without one.
[[nodiscard]] Verdict judge_effects(const std::vector<Sighting>& inputs, const Effects& effects);

}  // namespace command_center::checker
