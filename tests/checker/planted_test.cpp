// The checker is checked: what it must find is planted, and it names it; nothing planted, nothing found.
#include <unistd.h>

#include <fstream>
#include <memory>

#include "tests/checker/load.hpp"
#include "tests/checker/reader.hpp"
#include "tests/checker/session.hpp"
#include "tests/checker/text_of.hpp"
#include "tests/checker/verdict.hpp"
#include "tests/e2e/support/checks.hpp"

namespace command_center::checker {
namespace {

using e2e::eventually;
using e2e::RelayProcess;

// No planted bug hides the last messages of a load.
constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kTransactions = 100;

// A database, a load and a journal of one trial.
class Trial {
 public:
  explicit Trial(const std::string& planted_sql, LoadPlan plan = {}, Ordering ordering = Ordering::kLocked)
      : plan_(std::move(plan)) {
    database_.connect().query(catalogue_sql(topics_, ordering));
    if (!planted_sql.empty()) {
      database_.connect().query(
          text_of(std::string(CHECKER_SOURCE_DIR) + "/planted/" + planted_sql + ".sql"));
    }
  }

  // Returns when the journal has that many transactions more.
  void load(std::size_t transactions = kTransactions) {
    LoadPlan plan = plan_;
    plan.name += "-" + std::to_string(++loads_);
    Load load(
        plan, topics_, [this] { return "dbname=" + database_.name(); }, journal_);
    const std::size_t enough = journal_.size() + transactions;
    ASSERT_TRUE(eventually([&] { return journal_.size() >= enough; }));
    last_ = load.finish();
  }

  // A transaction that stays open until let_go().
  void hold_back() {
    const std::string key = "key-0";
    const std::string token = "straggler";
    const std::string tenant = "0195a000-0000-7000-8000-000000000001";
    straggler_ = std::make_unique<Session>("dbname=" + database_.name());
    ASSERT_EQ(straggler_->run("BEGIN"), Reply::kDone);
    ASSERT_EQ(
        straggler_->run("SELECT command_center.publish_event('" + topics_.events + "', 'load.event', '" +
                        payload_of(token, key) + "', '" + tenant + "', '" + key + "')"),
        Reply::kDone);
    held_back_ = {token, topics_.events, "", tenant, key, straggler_->rows()[0][0]};
  }
  void let_go() {
    ASSERT_EQ(straggler_->run("COMMIT"), Reply::kDone);
    journal_.add({Outcome::kCommitted, now(), {held_back_}, {}});
  }

  // The relay has said to the database that all it had is published.
  void await_idle_relay() {
    e2e::Client client = database_.connect();
    ASSERT_TRUE(eventually([&] {
      return client.value("SELECT count(*) FROM command_center.publication_batches WHERE messages = 0") !=
             "0";
    }));
  }

  // Whether what the last load wrote last is readable.
  [[nodiscard]] bool sees_last() { return reader_.sees(last_, kPatience); }

  void start_reading_over() { reader_.start_over(); }

  Verdict verdict() {
    reader_.read_to_end(kPatience);
    return judge(journal_.transactions(), reader_.sightings());
  }

  [[nodiscard]] const e2e::Database& database() const { return database_; }
  [[nodiscard]] const Topics& topics() const { return topics_; }

 private:
  LoadPlan plan_;
  e2e::Database database_;
  Topics topics_{database_.name()};
  Journal journal_{e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/" + database_.name() + ".journal"};
  Reader reader_{e2e::required_variable("KAFKA_BROKERS"), {topics_.commands, topics_.audit, topics_.events}};
  std::unique_ptr<Session> straggler_;
  Entry held_back_;
  std::vector<Entry> last_;
  int loads_ = 0;
};

const std::string kShortLease = "--lease-ttl-seconds=1";

// The ways a run goes. `planted_flags` are for the first relay.
struct Way {
  std::vector<std::string> planted_flags{};
};

// A relay works while the load does.
void steadily(Trial& trial, const Way& way) {
  RelayProcess relay(trial.database(), {way.planted_flags, {}});
  trial.load();
  (void)trial.sees_last();
}

// The load is over when the relay begins.
void from_a_backlog(Trial& trial, const Way& way) {
  trial.load();
  RelayProcess relay(trial.database(), {way.planted_flags, {}});
  (void)trial.sees_last();
}

// Between two backlogs the relay has nothing to do, and has said so to the database.
void with_an_idle_time(Trial& trial, const Way& way) {
  trial.load();
  RelayProcess relay(trial.database(), {way.planted_flags, {}});
  ASSERT_TRUE(trial.sees_last()) << relay.log();
  trial.await_idle_relay();
  trial.load();
  (void)trial.sees_last();
}

// A transaction is open while the relay publishes all others, and commits then.
void with_a_straggler(Trial& trial, const Way& way) {
  trial.hold_back();
  trial.load();
  RelayProcess relay(trial.database(), {way.planted_flags, {}});
  ASSERT_TRUE(trial.sees_last()) << relay.log();
  trial.await_idle_relay();
  trial.let_go();
  trial.load();
  (void)trial.sees_last();
}

// A relay dies just before it commits to Kafka, and the next one goes on.
void with_a_crash(Trial& trial, const Way& way) {
  trial.load();
  std::vector<std::string> flags{kShortLease, "--batch-messages=100"};
  flags.insert(flags.end(), way.planted_flags.begin(), way.planted_flags.end());
  {
    RelayProcess relay(trial.database(), {flags, "before-kafka-commit:2"});
    ASSERT_TRUE(relay.waits_at_stop_point());
  }
  RelayProcess next(trial.database(), {{kShortLease}, {}});
  (void)trial.sees_last();
}

// A relay freezes with a batch before it, another one takes over, and the first one wakes up and goes on.
void with_a_frozen_leader(Trial& trial, const Way& /*way*/) {
  trial.load();
  RelayProcess frozen(trial.database(), {{kShortLease, "--batch-messages=100"}, "after-batch-commit:2"});
  ASSERT_TRUE(frozen.waits_at_stop_point());
  RelayProcess next(trial.database(), {{kShortLease, "--batch-messages=100"}, {}});
  e2e::Client client = trial.database().connect();
  ASSERT_TRUE(eventually([&] {
    return client.value("SELECT max(published_through) > 3 FROM command_center.publication_batches") == "t";
  })) << next.log();
  frozen.send(SIGCONT);
  ASSERT_TRUE(frozen.logs("\"level\":\"warning\"")) << frozen.log();
  (void)trial.sees_last();
}

// Somebody deletes the topic that holds the progress.
void with_progress_dropped(Trial& trial, const Way& /*way*/) {
  trial.load();
  {
    RelayProcess relay(trial.database(), {{kShortLease}, {}});
    ASSERT_TRUE(trial.sees_last()) << relay.log();
  }
  e2e::delete_topic(e2e::kProgressTopic);
  trial.load();
  RelayProcess relay(trial.database(), {{kShortLease}, {}});
  (void)trial.sees_last();
}

// Somebody gives a topic more partitions, and the relay finds them when it starts again.
void with_more_partitions(Trial& trial, const Way& /*way*/) {
  trial.load();
  {
    RelayProcess relay(trial.database(), {{kShortLease}, {}});
    ASSERT_TRUE(trial.sees_last()) << relay.log();
  }
  e2e::grow_topic(trial.topics().events, 12);
  trial.start_reading_over();
  trial.load();
  RelayProcess relay(trial.database(), {{kShortLease}, {}});
  (void)trial.sees_last();
}

struct Plant {
  const char* name;
  Fault fault;
  void (*go)(Trial&, const Way&) = steadily;
  Way way{};
  const char* sql = nullptr;  // a file of planted/; its name is the plant's unless it is said
  LoadPlan plan{};
  Ordering ordering = Ordering::kLocked;
};

LoadPlan plan_that_commits_what_it_rolls_back() {
  LoadPlan plan;
  plan.commits_what_it_rolls_back = true;
  return plan;
}

std::vector<Plant> plants() {
  return {{"skip_a_row", Fault::kLost, from_a_backlog},
          {"second_target_dropped", Fault::kLost, from_a_backlog},
          {"out_of_every_window", Fault::kLost, from_a_backlog},
          {"stragglers_forgotten", Fault::kLost, with_a_straggler},
          {"early_mark", Fault::kLost, with_a_crash},
          {"window_begins_too_early", Fault::kDuplicate, with_an_idle_time},
          {"duplicated_row", Fault::kDuplicate, from_a_backlog},
          {"offset_after_the_effect", Fault::kDuplicate, with_a_crash, {{"--delivery=at-least-once"}}, ""},
          {"no_fence", Fault::kDuplicate, with_a_frozen_leader},
          {"progress_believed_when_dropped", Fault::kDuplicate, with_progress_dropped},
          {"shuffled_positions", Fault::kOutOfOrder, from_a_backlog},
          {"no_lock", Fault::kNotExcluded, from_a_backlog, {}, "", {}, Ordering::kPlantedWithoutLock},
          {"invented_row", Fault::kInvented, from_a_backlog},
          {"commits_what_it_rolls_back",
           Fault::kRolledBack,
           from_a_backlog,
           {},
           "",
           plan_that_commits_what_it_rolls_back()},
          {"rewritten_value", Fault::kRewritten, from_a_backlog},
          {"wrong_tenant", Fault::kRewritten, from_a_backlog},
          {"wrong_key", Fault::kWrongKey, from_a_backlog},
          {"more_partitions", Fault::kSplitKey, with_more_partitions, {}, ""}};
}

std::ostream& operator<<(std::ostream& stream, const Plant& plant) {
  return stream << plant.name;
}

class Planted : public testing::TestWithParam<Plant> {};

TEST_P(Planted, IsNamedByTheChecker) {
  const Plant& plant = GetParam();
  Trial trial(plant.sql == nullptr ? plant.name : plant.sql, plant.plan, plant.ordering);
  plant.go(trial, plant.way);
  const Verdict verdict = trial.verdict();
  EXPECT_GT(verdict.count(plant.fault), 0) << name_of(plant.fault) << " is not among:\n" << verdict.text();
}

INSTANTIATE_TEST_SUITE_P(Bug, Planted, testing::ValuesIn(plants()),
                         [](const testing::TestParamInfo<Plant>& plant) { return plant.param.name; });

// What the relays of this process say, for a run that is not clean.
std::string relay_logs() {
  std::string text;
  const std::string prefix =
      e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/relay-" + std::to_string(getpid()) + "-";
  for (int i = 1;; ++i) {
    const std::ifstream stream(prefix + std::to_string(i) + ".log");
    if (!stream) return text;
    text += "relay " + std::to_string(i) + ":\n" + text_of(prefix + std::to_string(i) + ".log");
  }
}

struct CleanRun {
  const char* name;
  void (*go)(Trial&, const Way&);
};

std::ostream& operator<<(std::ostream& stream, const CleanRun& run) {
  return stream << run.name;
}

class Clean : public testing::TestWithParam<CleanRun> {};

TEST_P(Clean, RunHasNothingToName) {
  Trial trial("");
  GetParam().go(trial, {});
  ASSERT_TRUE(trial.sees_last());
  const Verdict verdict = trial.verdict();
  EXPECT_TRUE(verdict.is_clean()) << verdict.text() << "read again:\n"
                                  << trial.verdict().text() << relay_logs();
}

INSTANTIATE_TEST_SUITE_P(Way, Clean,
                         testing::Values(CleanRun{"steadily", steadily},
                                         CleanRun{"from_a_backlog", from_a_backlog},
                                         CleanRun{"with_an_idle_time", with_an_idle_time},
                                         CleanRun{"with_a_straggler", with_a_straggler},
                                         CleanRun{"with_a_crash", with_a_crash},
                                         CleanRun{"with_a_frozen_leader", with_a_frozen_leader}),
                         [](const testing::TestParamInfo<CleanRun>& way) { return way.param.name; });

}  // namespace
}  // namespace command_center::checker
