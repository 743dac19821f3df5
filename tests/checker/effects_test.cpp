// The real consumer, judged by the effects of what it consumed: one for each input, however often relays are
// killed and frozen; and what breaks that is named.
#include <gtest/gtest.h>

#include "tests/checker/load.hpp"
#include "tests/checker/reader.hpp"
#include "tests/checker/text_of.hpp"
#include "tests/checker/verdict.hpp"
#include "tests/e2e/support/consuming.hpp"

namespace command_center::checker {
namespace {

using e2e::eventually;
using e2e::kConsume;
using e2e::kPatience;
using e2e::RelayProcess;

// Writes the token of each event into a table.
constexpr const char* kHandler =
    "CREATE TABLE effects (token text);"
    "CREATE FUNCTION take_effect(message command_center.kafka_message) RETURNS void LANGUAGE sql AS"
    " $$ INSERT INTO public.effects VALUES (message.value::jsonb #>> '{payload,token}') $$";

// A load whose events come back to the database that published them.
class Circle {
 public:
  // `planted`: a file of planted/, or nothing.
  explicit Circle(const std::string& planted = {}) {
    client_.query(catalogue_sql(topics_));
    client_.query(kHandler);
    client_.query("SELECT command_center.set_subscription('effects', ARRAY['" + topics_.events +
                  "'], 'public.take_effect(command_center.kafka_message)', batch_messages => 20)");
    if (!planted.empty())
      client_.query(text_of(std::string(CHECKER_SOURCE_DIR) + "/planted/" + planted + ".sql"));
    publisher_.emplace(database_);
    load_.emplace(
        LoadPlan{}, topics_, [this] { return "dbname=" + database_.name(); }, journal_);
  }

  [[nodiscard]] const e2e::Database& database() const { return database_; }

  [[nodiscard]] bool has_more_effects(int count) {
    const int enough = effects_of("count(*)") + count;
    return eventually([&] { return effects_of("count(*)") >= enough; });
  }

  void end_load() {
    const std::vector<Entry> last = load_->finish();
    std::vector<Entry> events;
    for (const Entry& entry : last) {
      if (entry.topic == topics_.events) events.push_back(entry);
    }
    ASSERT_TRUE(reader_.sees(events, kPatience)) << publisher_->log();
    reader_.read_to_end(kPatience);
  }

  // The offset that was applied last of every partition is that of its last message.
  [[nodiscard]] bool has_applied_all() {
    std::map<std::int32_t, std::int64_t> ends;
    for (const Sighting& input : reader_.sightings())
      ends[input.partition] = std::max(ends[input.partition], input.offset + 1);
    return eventually([&] {
      for (const auto& [partition, end] : ends) {
        const auto rows = client_.query(
            "SELECT next_offset FROM command_center.list_consumer_offsets('effects') WHERE partition = " +
            std::to_string(partition));
        if (rows.empty() || std::stoll(rows[0][0]) < end) return false;
      }
      return true;
    });
  }

  Verdict verdict() {
    Effects effects;
    for (const e2e::Row& row : client_.query("SELECT token FROM effects")) effects.push_back(row[0]);
    return judge_effects(reader_.sightings(), effects);
  }

 private:
  int effects_of(const std::string& what) {
    return std::stoi(client_.value("SELECT " + what + " FROM effects"));
  }

  e2e::Database database_;
  e2e::Client client_ = database_.connect();
  Topics topics_{database_.name()};
  Journal journal_{e2e::required_variable("COMMAND_CENTER_TEST_DIR") + "/" + database_.name() + ".journal"};
  Reader reader_{e2e::required_variable("KAFKA_BROKERS"), {topics_.events}};
  std::optional<RelayProcess> publisher_;
  std::optional<Load> load_;
};

TEST(Effects, AreOneForEachInputHoweverConsumersAreKilledAndFrozen) {
  Circle circle;
  {
    RelayProcess doomed(circle.database(), kConsume);
    ASSERT_TRUE(circle.has_more_effects(30)) << doomed.log();
    doomed.kill_9();
  }
  RelayProcess frozen(circle.database(), kConsume);
  ASSERT_TRUE(circle.has_more_effects(30)) << frozen.log();
  frozen.send(SIGSTOP);
  RelayProcess other(circle.database(), kConsume);
  ASSERT_TRUE(other.logs("has partitions")) << other.log();
  ASSERT_TRUE(circle.has_more_effects(30)) << other.log();
  frozen.send(SIGCONT);
  circle.end_load();
  ASSERT_TRUE(circle.has_applied_all()) << frozen.log() << other.log();
  const Verdict verdict = circle.verdict();
  EXPECT_TRUE(verdict.is_clean()) << verdict.text() << frozen.log() << other.log();
}

struct Plant {
  const char* name;
  Fault fault;
};

std::ostream& operator<<(std::ostream& stream, const Plant& plant) {
  return stream << plant.name;
}

class PlantedEffect : public testing::TestWithParam<Plant> {};

TEST_P(PlantedEffect, IsNamedByTheChecker) {
  Circle circle(GetParam().name);
  RelayProcess relay(circle.database(), kConsume);
  ASSERT_TRUE(circle.has_more_effects(100)) << relay.log();
  circle.end_load();
  ASSERT_TRUE(circle.has_applied_all()) << relay.log();
  const Verdict verdict = circle.verdict();
  EXPECT_EQ(verdict.faults(), std::set<Fault>{GetParam().fault}) << verdict.text();
}

INSTANTIATE_TEST_SUITE_P(Bug, PlantedEffect,
                         testing::Values(Plant{"effect_without_offset", Fault::kDoubleEffect},
                                         Plant{"offset_without_effect", Fault::kNoEffect}),
                         [](const testing::TestParamInfo<Plant>& plant) { return plant.param.name; });

}  // namespace
}  // namespace command_center::checker
