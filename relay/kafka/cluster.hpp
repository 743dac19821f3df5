// What the relay asks of the Kafka cluster itself: which topics there are, how they are configured, where
// they end.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/kafka/look_back.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

inline constexpr const char* kProgressTopic = "command-center.progress";

// Every function throws Failure(kKafka) when the cluster does not answer in time. Never makes a broker create
// a topic by asking for it.
class Cluster {
 public:
  Cluster(const settings::Kafka& settings, runtime::Waiter& waiter);

  // Makes sure that the topic is there with leaders for its partitions, creating it if the settings allow;
  // throws Failure(kTopicMissing) if they do not.
  void ensure_topic(const std::string& topic);

  // How many brokers the cluster has.
  [[nodiscard]] int brokers();

  // False when the progress topic is not there and may be created; throws as ensure_progress_topic() does.
  [[nodiscard]] bool has_progress_topic();

  // Makes sure that the progress topic is there and compacted; throws Failure(kRefused) if it is not only
  // compacted, since a record that retention deletes would be missed for ever.
  void ensure_progress_topic();

  // From the first record that is kept to after the last one, of open transactions too.
  [[nodiscard]] Window extent(const std::string& topic, std::int32_t partition);

 private:
  enum class Presence { kThere, kSettling, kMissing };
  enum class Cleanup { kBrokerDefault, kCompact };

  [[nodiscard]] Presence look_for(const std::string& topic);
  void create(const std::string& topic, int partitions, Cleanup cleanup);
  void create_and_wait(const std::string& topic, int partitions, Cleanup cleanup);
  void require_compaction();
  [[nodiscard]] std::string cleanup_policy(const std::string& topic);
  [[nodiscard]] Event ask(rd_kafka_queue_t* queue, const std::string& action);
  [[nodiscard]] AdminOptions options_for(rd_kafka_admin_op_t operation);

  const settings::Kafka& settings_;
  runtime::Waiter& waiter_;
  Client client_;
};

}  // namespace command_center::relay::kafka
