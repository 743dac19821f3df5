// The order of a key's messages is known without asking the database: the transactions that hold a key
// exclude each other, so the times between "the call has returned" and "COMMIT is being sent" do not overlap,
// and tell who came first.
#include "tests/checker/verdict.hpp"

#include <algorithm>
#include <tuple>

namespace command_center::checker {
namespace {

constexpr std::size_t kExamples = 5;

using Identity = std::tuple<std::string, std::string, std::string>;  // token, topic, target

Identity identity_of(const Entry& entry) {
  return {entry.token, entry.topic, entry.target};
}

std::string text_of(const Entry& entry) {
  return entry.token + (entry.target.empty() ? "" : " for " + entry.target) + " in " + entry.topic;
}

std::string text_of(const Sighting& sighting) {
  return sighting.token + (sighting.target.empty() ? "" : " for " + sighting.target) + " at " +
         sighting.topic + '/' + std::to_string(sighting.partition) + '@' + std::to_string(sighting.offset);
}

struct Queued {
  const Transaction* transaction = nullptr;
  const Entry* entry = nullptr;
  bool undone = false;
  std::vector<const Sighting*> seen{};
};

// The messages of one ordered key that one transaction queued.
struct Held {
  std::int64_t locked_at = 0;
  const Transaction* transaction = nullptr;
  std::vector<const Queued*> messages{};
};

class Judge {
 public:
  Judge(const std::vector<Transaction>& journal, const Promise& promise)
      : journal_(journal), promise_(promise) {
    for (const Transaction& transaction : journal) {
      for (const Entry& entry : transaction.entries) queued_[identity_of(entry)] = {&transaction, &entry};
      for (const Entry& entry : transaction.undone)
        queued_[identity_of(entry)] = {&transaction, &entry, true};
    }
  }

  Verdict judge(const std::vector<Sighting>& sightings) {
    for (const Sighting& sighting : sightings) take(sighting);
    for (const auto& [topic_and_key, partitions] : partitions_of_key_) {
      if (partitions.size() > 1) {
        verdict_.add(Fault::kSplitKey, topic_and_key.second + " in " + topic_and_key.first);
      }
    }
    for (const Transaction& transaction : journal_) check_presence(transaction);
    check_order();
    return std::move(verdict_);
  }

 private:
  void take(const Sighting& sighting) {
    partitions_of_key_[{sighting.topic, sighting.key}].insert(sighting.partition);
    const auto found = queued_.find({sighting.token, sighting.topic, sighting.target});
    if (found == queued_.end()) {
      verdict_.add(Fault::kInvented, text_of(sighting));
      return;
    }
    Queued& queued = found->second;
    queued.seen.push_back(&sighting);
    if (queued.undone || queued.transaction->outcome == Outcome::kRolledBack) {
      verdict_.add(Fault::kRolledBack, text_of(sighting));
    }
    if (sighting.key != queued.entry->key) {
      verdict_.add(Fault::kWrongKey, text_of(sighting) + ": " + sighting.key + ", not " + queued.entry->key);
    }
    const bool is_other_id = !queued.entry->id.empty() && sighting.id != queued.entry->id;
    if (!sighting.intact || is_other_id || sighting.tenant != queued.entry->tenant) {
      verdict_.add(Fault::kRewritten, text_of(sighting));
    }
    if (queued.seen.size() > 1 && promise_.delivery == Delivery::kExactlyOnce) {
      verdict_.add(Fault::kDuplicate, text_of(sighting));
    }
  }

  void check_presence(const Transaction& transaction) {
    if (transaction.outcome == Outcome::kRolledBack || transaction.outcome == Outcome::kLost) return;
    int present = 0;
    std::vector<const Entry*> absent;
    for (const Entry& entry : transaction.entries) {
      if (promise_.deleted_topics.count(entry.topic) != 0) continue;
      if (queued_.at(identity_of(entry)).seen.empty()) {
        absent.push_back(&entry);
      } else {
        ++present;
      }
    }
    const bool was_committed = transaction.outcome == Outcome::kCommitted;
    if (!was_committed && present == 0) return;
    for (const Entry* entry : absent)
      verdict_.add(was_committed ? Fault::kLost : Fault::kTorn, text_of(*entry));
  }

  void check_order() {
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<Held>> keys;
    for (const Transaction& transaction : journal_) {
      if (transaction.outcome == Outcome::kRolledBack) continue;
      for (const Entry& entry : transaction.entries) {
        if (!entry.ordered) continue;
        std::vector<Held>& holders = keys[{entry.topic, entry.tenant, entry.key}];
        if (holders.empty() || holders.back().transaction != &transaction) {
          holders.push_back({entry.locked_at, &transaction});
        }
        holders.back().messages.push_back(&queued_.at(identity_of(entry)));
      }
    }
    for (auto& key : keys) check_order_of_key(key.second);
  }

  void check_order_of_key(std::vector<Held>& holders) {
    std::sort(holders.begin(), holders.end(),
              [](const Held& one, const Held& other) { return one.locked_at < other.locked_at; });
    const Transaction* before = nullptr;
    const Sighting* last = nullptr;
    for (const Held& held : holders) {
      const std::string what = text_of(*held.messages.front()->entry);
      if (before != nullptr && before->committing_at > held.locked_at)
        verdict_.add(Fault::kNotExcluded, what);
      before = held.transaction;
      for (const Queued* message : held.messages) {
        if (message->seen.empty()) continue;
        const Sighting* sighting = message->seen.front();
        if (last != nullptr && last->partition == sighting->partition && last->offset > sighting->offset) {
          verdict_.add(Fault::kOutOfOrder, text_of(*sighting) + " is before " + text_of(*last));
        } else {
          last = sighting;
        }
      }
    }
  }

  const std::vector<Transaction>& journal_;
  const Promise& promise_;
  std::map<Identity, Queued> queued_;
  std::map<std::pair<std::string, std::string>, std::set<std::int32_t>> partitions_of_key_;
  Verdict verdict_;
};

}  // namespace

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::kLost:
      return "lost";
    case Fault::kDuplicate:
      return "duplicate";
    case Fault::kOutOfOrder:
      return "out of order";
    case Fault::kInvented:
      return "invented";
    case Fault::kRolledBack:
      return "rolled back";
    case Fault::kTorn:
      return "torn";
    case Fault::kRewritten:
      return "rewritten";
    case Fault::kWrongKey:
      return "wrong key";
    case Fault::kSplitKey:
      return "key in two partitions";
    case Fault::kNotExcluded:
      return "key held twice";
    case Fault::kNoEffect:
      return "without effect";
    case Fault::kDoubleEffect:
      return "double effect";
    case Fault::kEffectInvented:
      return "effect without input";
  }
  return "";
}

void Verdict::add(Fault fault, const std::string& what) {
  ++counts_[fault];
  std::vector<std::string>& examples = examples_[fault];
  if (examples.size() < kExamples) examples.push_back(what);
}

void Verdict::merge(const Verdict& other) {
  for (const auto& [fault, count] : other.counts_) {
    for (const std::string& example : other.examples_.at(fault)) add(fault, example);
    counts_[fault] += count - static_cast<int>(other.examples_.at(fault).size());
  }
}

int Verdict::count(Fault fault) const {
  const auto found = counts_.find(fault);
  return found == counts_.end() ? 0 : found->second;
}

std::set<Fault> Verdict::faults() const {
  std::set<Fault> faults;
  for (const auto& entry : counts_) faults.insert(entry.first);
  return faults;
}

std::string Verdict::text() const {
  std::string text;
  for (const auto& [fault, count] : counts_) {
    text += std::string(name_of(fault)) + ": " + std::to_string(count) + '\n';
    for (const std::string& example : examples_.at(fault)) text += "  " + example + '\n';
  }
  return text;
}

Verdict judge(const std::vector<Transaction>& journal, const std::vector<Sighting>& sightings,
              const Promise& promise) {
  return Judge(journal, promise).judge(sightings);
}

Verdict judge_effects(const std::vector<Sighting>& inputs, const Effects& effects) {
  std::map<std::string, int> found;
  for (const std::string& effect : effects) ++found[effect];
  Verdict verdict;
  std::set<std::string> tokens;
  for (const Sighting& input : inputs) {
    if (!tokens.insert(input.token).second) continue;
    const auto effect = found.find(input.token);
    if (effect == found.end()) verdict.add(Fault::kNoEffect, text_of(input));
  }
  for (const auto& [token, count] : found) {
    if (tokens.count(token) == 0) {
      verdict.add(Fault::kEffectInvented, token);
    } else if (count > 1) {
      verdict.add(Fault::kDoubleEffect, token);
    }
  }
  return verdict;
}

}  // namespace command_center::checker
