// Puts one batch of the outbox into Kafka together with its progress record.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/leases/lease.hpp"
#include "relay/outbox/outbox.hpp"
#include "relay/publisher/metrics.hpp"
#include "relay/settings/publish.hpp"

namespace command_center::relay::publisher {

inline constexpr std::int32_t kProgressPartition = 0;

// Borrows everything it is given.
class BatchPublisher {
 public:
  struct Parts {
    settings::Delivery delivery;
    outbox::Outbox& outbox;
    leases::Lease& lease;
    kafka::Cluster& cluster;
    kafka::Producer& producer;
    Metrics& metrics;
  };

  BatchPublisher(const Parts& parts, std::string progress_key);

  // Returns when the batch and its progress are in Kafka. Throws Failure; then nobody knows, until the
  // progress is read.
  void publish(const outbox::Batch& batch);

 private:
  struct TopicInUse {
    rd_kafka_topic_t* handle;
    std::int64_t produced = 0;  // in the batch under way
  };

  void publish_in_transaction(const outbox::Batch& batch);
  void publish_at_least_once(const outbox::Batch& batch);
  void produce_messages(const outbox::Batch& batch);
  void produce_progress(const outbox::Batch& batch);
  void await_deliveries();
  [[nodiscard]] TopicInUse& topic_in_use(std::string_view topic);
  void count_published();

  Parts parts_;
  std::string progress_key_;
  std::map<std::string, TopicInUse, std::less<>> topics_;
};

}  // namespace command_center::relay::publisher
