// What the relay asks of the Kafka cluster itself: which topics there are, how they are configured, where
// they end.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/kafka/look_back.hpp"
#include "relay/kafka/topic_shape.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

inline constexpr const char* kProgressTopic = "command-center.progress";
// Of the progress topic. Others that it may have are not used.
inline constexpr int kProgressPartitions = 16;

// Every function throws Failure(kKafka) when the cluster does not answer in time. Never makes a broker create
// a topic by asking for it.
class Cluster {
 public:
  Cluster(const settings::Kafka& settings, runtime::Waiter& waiter);

  enum class Presence { kThere, kSettling, kMissing, kRefused };
  struct Topic {
    Presence presence;
    std::string detail;  // where it is not there: what the cluster says
    int partitions = 0;
  };

  // How many brokers the cluster has.
  [[nodiscard]] int brokers();

  // False when the progress topic is not there and may be created; throws as ensure_progress_topic() does.
  [[nodiscard]] bool has_progress_topic();

  // Makes sure that the topic is there with leaders for its partitions, creating it if the settings allow,
  // and waits for it; throws Failure(kTopicMissing) if they do not.
  void ensure_topic(const std::string& topic);

  // All in one request; a topic without a leader for some partition is settling.
  [[nodiscard]] std::map<std::string, Topic> look_for_all(const std::set<std::string>& topics);

  // How those of the topics are that are there, and of which the cluster says it.
  [[nodiscard]] std::map<std::string, TopicShape> shapes_of(const std::set<std::string>& topics);

  // Asks for topics to be created, with one request for all, and does not wait. What became of them,
  // look_for_all() tells, and creation_error() where they are refused. A topic that is being asked for is not
  // asked for again.
  void start_creating(const std::map<std::string, TopicShape>& topics);
  [[nodiscard]] std::string creation_error(const std::string& topic);

  // Makes sure that the progress topic is there, with as many partitions as there are to be, and compacted;
  // throws Failure(kRefused) if it is not only compacted, since a record that retention deletes would be
  // missed for ever.
  void ensure_progress_topic();

  // 0 when the topic is not there.
  [[nodiscard]] int partitions_of(const std::string& topic);

  // From the first record that is kept to after the last one, of open transactions too.
  [[nodiscard]] Window extent(const std::string& topic, std::int32_t partition);

 private:
  struct Creation {
    Queue queue;
    std::set<std::string> topics;
    runtime::Clock::time_point deadline;
  };

  [[nodiscard]] Presence look_for(const std::string& topic);
  void grow(const std::string& topic, int partitions);
  void note_created();
  [[nodiscard]] NewTopic wanted(const std::string& topic, const TopicShape& shape, std::string& error) const;
  void create(const std::string& topic, const TopicShape& shape);
  void create_and_wait(const std::string& topic, const TopicShape& shape);
  void require_compaction();
  struct Configuration {
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__BAD_MSG;  // why the cluster does not say it
    std::map<std::string, std::string> values;
  };
  [[nodiscard]] std::map<std::string, Configuration> configurations(const std::set<std::string>& topics);
  [[nodiscard]] Event ask(rd_kafka_queue_t* queue, const std::string& action);
  [[nodiscard]] AdminOptions options_for(rd_kafka_admin_op_t operation);

  const settings::Kafka& settings_;
  runtime::Waiter& waiter_;
  Client client_;
  std::vector<Creation> creations_;
  std::map<std::string, std::string> creation_errors_;
};

}  // namespace command_center::relay::kafka
