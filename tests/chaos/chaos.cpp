// Faults of every kind, one after the other, under load; in the end the checker says whether anything is
// lost, duplicate, out of order or invented.
//   chaos SECONDS SEED [FAULT…]     FAULT: those whose name contains it; all of them unless named
// The faults and what is random about them follow from the seed, and so do the calls of the load; how they
// meet does not. Below scripts/with-servers. Exits with 1 when a promise was broken.
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <set>

#include "tests/chaos/faults.hpp"
#include "tests/checker/reader.hpp"
#include "tests/checker/session.hpp"
#include "tests/e2e/support/eventually.hpp"
#include "tests/e2e/support/servers.hpp"
#include "tests/e2e/support/topic.hpp"

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

// What there is before any relay: the commands and topics of the load, and a subscription that writes the
// token of each event into a table.
struct Prepared {
  Prepared(const e2e::Database& database, const checker::Topics& topics) {
    try {
      e2e::create_topic(topics.narrow, e2e::TopicConfig{});
    } catch (const std::runtime_error&) {
      // It may be there all the same, and the broker slow to say so.
    }
    set_narrow(topics, true);
    e2e::Client client = database.connect();
    client.query(checker::catalogue_sql(topics));
    client.query("SELECT command_center.set_topic('" + topics.narrow + "', partitions => 1)");
    client.query(
        "CREATE TABLE effects (token text);"
        "CREATE TABLE refused_later ();"
        "CREATE FUNCTION refuse_later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; "
        "END $$;"
        "CREATE CONSTRAINT TRIGGER refuse_later AFTER INSERT ON refused_later DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse_later()");
    client.query(handler_sql(""));
    client.query("SELECT command_center.set_subscription('effects', ARRAY['" + topics.events +
                 "'], 'public.take_effect(command_center.kafka_message)', max_attempts => 2)");
  }
};

class Run {
 public:
  Run(std::chrono::seconds duration, std::uint64_t seed, std::vector<Fault> faults)
      : duration_(duration), random_(seed), faults_(std::move(faults)) {
    plan_.seed = seed;
    plan_.pause = std::chrono::milliseconds(10);
    plan_.dooms = true;
    plan_.poisons = true;
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
    const World world{postgres_,    kafka_,    publishers_, consumers_, database_,
                      to_postgres_, to_kafka_, topics_,     random_};
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
        if (*fault.kills != '\0') ++kills_[fault.kills];
      }
      complain_of_ended();
      poll(nullptr, 0, static_cast<int>(pause.count()));
    }
  }

  // Everything that committed becomes readable, that which was refused when it fits, and all of it has its
  // effect; the relays drain, and the checker reads everything.
  void settle() {
    auto began = Clock::now();
    const std::vector<std::string> topics = {topics_.commands, topics_.audit, topics_.events};
    checker::Reader reader(brokers_, topics);
    const bool all_there = reader.sees(committed_in(topics), kPatience);
    say(all_there ? "all that committed is readable" : "not all that committed became readable", began);
    began = Clock::now();
    const bool all_fits = becomes_readable_when_wide();
    say(all_fits ? "and all that was refused" : "but not all that was refused", began);
    began = Clock::now();
    // What is of transactions whose COMMIT was not answered, too.
    const bool none_left = e2e::eventually([this] { return is_outbox_empty(); }, kPatience);
    say(none_left ? "nothing is left to publish" : "something is left to publish", began);
    complain_of_ended();
    complain(publishers_.drain());
    began = Clock::now();
    checker::Reader inputs(brokers_, {topics_.events});
    inputs.read_to_end(kPatience);
    const bool all_applied = e2e::eventually([&] { return has_applied(inputs.sightings()); }, kPatience);
    say(all_applied ? "all is applied" : "not all is applied", began);
    began = Clock::now();
    const std::string replayed = replay_dead_letters();
    say(replayed + " dead letters are applied after all", began);
    complain(consumers_.restart_ended());
    complain(consumers_.drain());
    std::vector<std::string> every = topics_.all();
    every.push_back(topics_.narrow);
    checker::Reader whole(brokers_, every);
    whole.read_to_end(kPatience);
    sightings_ = whole.sightings().size();
    const std::vector<checker::Transaction> transactions = transactions_judged();
    checker::Verdict verdict =
        checker::judge(transactions, whole.sightings(), {checker::Delivery::kExactlyOnce, {topics_.doomed}});
    const checker::Effects effects = effects_there_are();
    effects_ = effects.size();
    verdict.merge(checker::judge_effects(inputs.sightings(), effects));
    if (!verdict.is_clean()) complain({"the checker says:\n" + verdict.text()});
  }

  [[nodiscard]] std::vector<checker::Entry> committed_in(const std::vector<std::string>& topics) const {
    std::vector<checker::Entry> committed;
    for (const checker::Transaction& transaction : transactions_judged()) {
      if (transaction.outcome != Outcome::kCommitted) continue;
      for (const checker::Entry& entry : transaction.entries) {
        if (std::find(topics.begin(), topics.end(), entry.topic) != topics.end()) committed.push_back(entry);
      }
    }
    return committed;
  }

  // What committed, or may have, while a standby heard nothing and before it was the primary, is lost where
  // that does not have it.
  [[nodiscard]] std::vector<checker::Transaction> transactions_judged() const {
    constexpr std::int64_t kLongestCommit = 60'000'000'000;  // on a machine that is busy
    std::vector<checker::Transaction> transactions = journal_.transactions();
    if (postgres_.losses().empty()) return transactions;
    const std::set<std::string> kept = tokens_in_database();
    for (checker::Transaction& transaction : transactions) {
      if (transaction.outcome == Outcome::kRolledBack || transaction.entries.empty()) continue;
      const bool may_be_lost = std::any_of(postgres_.losses().begin(), postgres_.losses().end(),
                                           [&transaction](const Postgres::Loss& loss) {
                                             return transaction.committing_at >= loss.from - kLongestCommit &&
                                                    transaction.committing_at <= loss.to;
                                           });
      if (may_be_lost && kept.count(transaction.entries.front().token) == 0)
        transaction.outcome = Outcome::kLost;
    }
    return transactions;
  }

  [[nodiscard]] std::set<std::string> tokens_in_database() const {
    std::set<std::string> tokens;
    for (const auto& row : ask("SELECT value::jsonb #>> '{payload,token}' FROM "
                               "command_center.transactional_outbox"))
      tokens.insert(row[0]);
    if (tokens.empty()) throw std::runtime_error("could not ask which commits there are");
    return tokens;
  }

  // How many there were.
  [[nodiscard]] std::string replay_dead_letters() const {
    std::string replayed = "0";
    const auto are_replayed = [&] {
      (void)ask(
          "SELECT count(*) FROM command_center.replay_dead_letters('effects', 'the handler is mended')");
      const auto rows =
          ask("SELECT (SELECT count(*) FROM command_center.list_dead_letters(max_rows => 1)),"
              " (SELECT count(*) FROM command_center.dead_letters)");
      if (rows.empty() || rows[0][0] != "0") return false;
      replayed = rows[0][1];
      return true;
    };
    return e2e::eventually(are_replayed, kPatience) ? replayed : "not all";
  }

  // What was on its way while the topic was narrow may still be put aside: again then.
  bool becomes_readable_when_wide() {
    set_narrow(topics_, false);
    checker::Reader reader(brokers_, {topics_.narrow});
    const std::vector<checker::Entry> committed = committed_in({topics_.narrow});
    const auto is_readable = [&] {
      (void)release_all(postgres_.conninfo(database_.name()));
      return reader.sees(committed, std::chrono::seconds(1));
    };
    return e2e::eventually(is_readable, kPatience);
  }

  // Every partition as far as its last message.
  [[nodiscard]] bool has_applied(const std::vector<checker::Sighting>& inputs) const {
    std::map<std::string, std::int64_t> ends;
    for (const checker::Sighting& input : inputs) {
      std::int64_t& end = ends[std::to_string(input.partition)];
      end = std::max(end, input.offset + 1);
    }
    for (const auto& row :
         ask("SELECT partition, next_offset FROM command_center.list_consumer_offsets('effects')")) {
      const auto end = ends.find(row[0]);
      if (end != ends.end() && std::stoll(row[1]) >= end->second) ends.erase(end);
    }
    return ends.empty();
  }

  [[nodiscard]] bool is_outbox_empty() const {
    const auto rows = ask("SELECT coalesce(sum(pending_messages), 0) FROM command_center.outbox_status");
    return !rows.empty() && rows[0][0] == "0";
  }

  // Nothing when the server does not answer.
  [[nodiscard]] std::vector<std::vector<std::string>> ask(const std::string& sql) const {
    checker::Session session(postgres_.conninfo(database_.name()));
    if (session.run(sql) != checker::Reply::kDone) return {};
    return session.rows();
  }

  [[nodiscard]] checker::Effects effects_there_are() const {
    checker::Effects effects;
    for (const auto& row : ask("SELECT token FROM effects")) effects.push_back(row[0]);
    return effects;
  }

  void report() const {
    std::map<Outcome, std::size_t> outcomes;
    for (const checker::Transaction& transaction : transactions_judged()) ++outcomes[transaction.outcome];
    std::cout << '\n';
    for (const auto& [name, count] : happened_) std::cout << name << ": " << count << '\n';
    for (const auto& [name, count] : skipped_) std::cout << name << ": skipped " << count << " times\n";
    std::cout << "kills:";
    std::cout << ' ' << publishers_.kills() << " relay, " << consumers_.kills() << " consumer";
    for (const auto& [name, count] : kills_) std::cout << ", " << count << ' ' << name;
    std::cout << "\ntransactions: " << outcomes[Outcome::kCommitted] << " committed, "
              << outcomes[Outcome::kRolledBack] << " rolled back, " << outcomes[Outcome::kUnknown]
              << " whose COMMIT was not answered, " << outcomes[Outcome::kLost]
              << " lost by a failover\nmessages read: " << sightings_ << ", applied: " << effects_ << '\n'
              << (is_kept_ ? "every promise was kept" : "A PROMISE WAS BROKEN") << std::endl;
  }

  void complain_of_ended() {
    complain(publishers_.restart_ended());
    complain(consumers_.restart_ended());
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
  const std::string brokers_ = e2e::required_variable("KAFKA_BROKERS");
  Prepared prepared_{database_, topics_};
  Publishers publishers_{database_, to_postgres_, to_kafka_};
  Consumers consumers_{database_, to_postgres_, to_kafka_};

  std::map<std::string, int> happened_;
  std::map<std::string, int> skipped_;
  std::map<std::string, int> kills_;
  std::size_t sightings_ = 0;
  std::size_t effects_ = 0;
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
