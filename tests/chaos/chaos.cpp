// Faults of every kind, one after the other, under load; in the end the checker says whether anything is
// lost, duplicate, out of order or invented.
//   chaos SECONDS SEED [FAULT…]     FAULT: those whose name contains it; all of them unless named
// The faults and what is random about them follow from the seed, and so do the calls of the load; how they
// meet does not. Below scripts/with-servers. Exits with 1 when a promise was broken.
#include <poll.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>

#include "tests/chaos/faults.hpp"
#include "tests/checker/reader.hpp"
#include "tests/e2e/support/servers.hpp"

namespace {

using namespace command_center;         // NOLINT(google-build-using-namespace)
using namespace command_center::chaos;  // NOLINT(google-build-using-namespace)
using checker::Outcome;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{120};

std::vector<Fault> chosen_faults(const std::vector<std::string>& names) {
  std::vector<Fault> chosen;
  for (const Fault& fault : all_faults()) {
    bool wanted = names.empty();
    for (const std::string& name : names) wanted = wanted || std::strstr(fault.name, name.c_str()) != nullptr;
    if (wanted) chosen.push_back(fault);
  }
  if (chosen.empty()) throw std::runtime_error("no such fault");
  return chosen;
}

const Fault& pick(const std::vector<Fault>& faults, std::mt19937_64& random) {
  std::uint64_t all = 0;
  for (const Fault& fault : faults) all += static_cast<std::uint64_t>(fault.weight);
  std::uint64_t at = random() % all;
  for (const Fault& fault : faults) {
    if (at < static_cast<std::uint64_t>(fault.weight)) return fault;
    at -= static_cast<std::uint64_t>(fault.weight);
  }
  return faults.back();
}

// Host and port of the one in front of Kafka, and of the listener behind it.
std::pair<int, int> ports_of_kafka_proxy() {
  const std::string text = e2e::required_variable("COMMAND_CENTER_TEST_KAFKA_PROXY");
  const std::size_t colon = text.find(':');
  return {std::stoi(text.substr(0, colon)), std::stoi(text.substr(colon + 1))};
}

class Run {
 public:
  Run(std::chrono::seconds duration, std::uint64_t seed, std::vector<Fault> faults)
      : duration_(duration), random_(seed), faults_(std::move(faults)) {
    database_.connect().query(checker::catalogue_sql(topics_));
    plan_.seed = seed;
    plan_.pause = std::chrono::milliseconds(10);
    plan_.dooms = true;
  }

  // True when every promise was kept.
  bool go() {
    {
      checker::Load load(
          plan_, topics_, [this] { return postgres_.conninfo(database_.name()); }, journal_);
      hurt();
      (void)load.finish();
    }
    settle();
    report();
    return is_kept_;
  }

 private:
  void hurt() {
    const World world{postgres_, kafka_, relays_, to_postgres_, to_kafka_, topics_, random_};
    const auto end = Clock::now() + duration_;
    while (Clock::now() < end) {
      // What a fault brings down may fall a while after it.
      postgres_.put_right();
      kafka_.put_right();
      const Fault& fault = pick(faults_, random_);
      const auto pause = world.between(200, 1500);
      const auto began = Clock::now();
      const std::string what = fault.happen(world);
      say(fault.name + std::string(": ") + (what.empty() ? "skipped, it needs a user who may mount" : what),
          began);
      if (what.empty()) {
        ++skipped_[fault.name];
      } else {
        ++happened_[fault.name];
        if (*fault.kills != '\0') kills_[fault.kills] += fault.deaths;
      }
      complain(relays_.restart_ended());
      poll(nullptr, 0, static_cast<int>(pause.count()));
    }
  }

  // Everything that committed becomes readable, the relays drain, and the checker reads all of it.
  void settle() {
    const auto began = Clock::now();
    const std::vector<std::string> topics = {topics_.commands, topics_.audit, topics_.events};
    checker::Reader reader(e2e::required_variable("KAFKA_BROKERS"), topics);
    std::vector<checker::Entry> committed;
    for (const checker::Transaction& transaction : journal_.transactions()) {
      if (transaction.outcome != Outcome::kCommitted) continue;
      for (const checker::Entry& entry : transaction.entries) {
        if (entry.topic != topics_.doomed) committed.push_back(entry);
      }
    }
    const bool all_there = reader.sees(committed, kPatience);
    say(all_there ? "all that committed is readable" : "not all that committed became readable", began);
    complain(relays_.restart_ended());
    complain(relays_.drain());
    checker::Reader whole(e2e::required_variable("KAFKA_BROKERS"), topics_.all());
    whole.read_to_end(kPatience);
    sightings_ = whole.sightings().size();
    const checker::Verdict verdict = checker::judge(journal_.transactions(), whole.sightings(),
                                                    {checker::Delivery::kExactlyOnce, {topics_.doomed}});
    if (!verdict.is_clean()) complain({"the checker says:\n" + verdict.text()});
  }

  void report() const {
    std::map<Outcome, std::size_t> outcomes;
    for (const checker::Transaction& transaction : journal_.transactions()) ++outcomes[transaction.outcome];
    std::cout << '\n';
    for (const auto& [name, count] : happened_) std::cout << name << ": " << count << '\n';
    for (const auto& [name, count] : skipped_) std::cout << name << ": skipped " << count << " times\n";
    std::cout << "kills:";
    for (const auto& [name, count] : kills_) std::cout << ' ' << count << ' ' << name;
    std::cout << "\ntransactions: " << outcomes[Outcome::kCommitted] << " committed, "
              << outcomes[Outcome::kRolledBack] << " rolled back, " << outcomes[Outcome::kUnknown]
              << " whose COMMIT was not answered\nmessages read: " << sightings_ << '\n'
              << (is_kept_ ? "every promise was kept" : "A PROMISE WAS BROKEN") << std::endl;
  }

  void complain(const std::vector<std::string>& complaints) {
    for (const std::string& complaint : complaints) {
      is_kept_ = false;
      say("BROKEN: " + complaint, Clock::now());
    }
  }

  void say(const std::string& what, Clock::time_point began) const {
    const auto seconds = [](Clock::duration duration) {
      return static_cast<double>(duration / std::chrono::milliseconds(1)) / 1000;
    };
    std::cout << seconds(began - started_) << " s: " << what << " (" << seconds(Clock::now() - began) << " s)"
              << std::endl;
  }

  std::chrono::seconds duration_;
  std::mt19937_64 random_;
  std::vector<Fault> faults_;
  Clock::time_point started_ = Clock::now();

  Postgres postgres_;
  Kafka kafka_;
  faults::Proxy to_postgres_{0, [this] { return postgres_.port(); }};
  faults::Proxy to_kafka_{ports_of_kafka_proxy().first, [] { return ports_of_kafka_proxy().second; }};
  e2e::Database database_;
  checker::Topics topics_{database_.name()};
  checker::LoadPlan plan_;
  checker::Journal journal_{e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/journal"};
  Relays relays_{database_, to_postgres_, to_kafka_};

  std::map<std::string, int> happened_;
  std::map<std::string, int> skipped_;
  std::map<std::string, int> kills_;
  std::size_t sightings_ = 0;
  bool is_kept_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2) throw std::runtime_error("wants SECONDS and SEED");
    const std::vector<std::string> names(words.begin() + 2, words.end());
    std::cout << "seed " << words[1] << ", " << words[0] << " s" << std::endl;
    Run run(std::chrono::seconds(std::stoi(words[0])), std::stoull(words[1]), chosen_faults(names));
    return run.go() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& problem) {
    std::cerr << "chaos: " << problem.what() << '\n';
  }
  return 2;
}
