// Once an hour: what an operator changes in Kafka by mistake is not to wait for the next start.
#include "relay/declarations/comparison.hpp"

#include <set>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/postgres/connection.hpp"
#include "relay/daemon.hpp"
#include "relay/declarations/declared_topics.hpp"
#include "relay/kafka/cluster.hpp"

namespace command_center::relay::declarations {
namespace {

constexpr std::chrono::hours kInterval{1};
constexpr std::chrono::hours kPatience{2};
constexpr std::chrono::milliseconds kNoDrain{0};
constexpr std::chrono::seconds kShortestPause{1};
constexpr std::chrono::minutes kLongestPause{5};
// Of one request.
constexpr std::size_t kTopicsAtOnce = 100;

void report(const std::string& topic, const Difference& difference) {
  logging::warning("topic is not as it is declared", {{"topic", topic},
                                                      {"setting", difference.setting},
                                                      {"declared", difference.declared},
                                                      {"found", difference.found}});
}

}  // namespace

std::vector<Difference> differences(const kafka::TopicShape& declared, const kafka::TopicShape& found) {
  std::vector<Difference> all;
  if (found.partitions < declared.partitions)
    all.push_back({"partitions", std::to_string(declared.partitions), std::to_string(found.partitions)});
  if (!declared.cleanup.empty() && found.cleanup != declared.cleanup)
    all.push_back({"cleanup.policy", declared.cleanup, found.cleanup});
  if (declared.max_message_bytes != 0 && found.max_message_bytes != declared.max_message_bytes) {
    all.push_back({"max.message.bytes", std::to_string(declared.max_message_bytes),
                   std::to_string(found.max_message_bytes)});
  }
  return all;
}

Comparison::Comparison(const runtime::StopSignal& stop, const settings::Settings& settings,
                       prometheus::Registry& registry)
    : Role(stop, {"declarations", "comparing topics with their declarations", kNoDrain, kPatience,
                  kShortestPause, kLongestPause}),
      settings_(settings),
      differences_(prometheus::BuildGauge()
                       .Name("command_center_relay_topic_differences")
                       .Help("Settings of topics that are not as they are declared.")
                       .Register(registry)
                       .Add({})) {}

void Comparison::run_session() {
  while (!waiter().stopping()) {
    differences_.Set(compare());
    health().set(admin::State::kWorking);
    health().note_progress();
    waiter().wait(kInterval);
  }
}

int Comparison::compare() {
  Shapes declared;
  {
    postgres::Connection connection(settings_.common.postgres, waiter());
    declared = declared_topics(connection, {});
  }
  // What the publisher rests on, whoever declares what.
  declared[kafka::kProgressTopic] = {kafka::kProgressPartitions, "compact", 0};
  kafka::Cluster cluster(settings_.kafka, waiter());
  int count = 0;
  std::set<std::string> names;
  const auto compare_these = [&] {
    for (const auto& [topic, found] : cluster.shapes_of(names)) {
      for (const Difference& difference : differences(declared[topic], found)) {
        report(topic, difference);
        ++count;
      }
    }
    names.clear();
  };
  for (const auto& entry : declared) {
    names.insert(entry.first);
    if (names.size() == kTopicsAtOnce) compare_these();
  }
  if (!names.empty()) compare_these();
  return count;
}

}  // namespace command_center::relay::declarations
