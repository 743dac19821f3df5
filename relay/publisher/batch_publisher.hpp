// Puts one batch of the outbox into Kafka, in as many parts as it takes, each with its progress record.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "relay/daemon.hpp"
#include "relay/kafka/failures.hpp"
#include "relay/kafka/producer.hpp"
#include "relay/leases/lease.hpp"
#include "relay/outbox/outbox.hpp"
#include "relay/publisher/flow.hpp"
#include "relay/publisher/metrics.hpp"
#include "relay/publisher/part_span.hpp"
#include "relay/publisher/suspects.hpp"
#include "relay/publisher/topics.hpp"
#include "relay/settings/publish.hpp"

namespace command_center::relay::publisher {

// Borrows everything it is given.
class BatchPublisher {
 public:
  struct Parts {
    settings::Delivery delivery;
    outbox::Outbox& outbox;
    leases::Lease& lease;
    kafka::Producer& producer;
    Topics& topics;
    Metrics& metrics;
  };

  // `clear_earlier`: the partition of earlier versions has a record with this key.
  BatchPublisher(const Parts& parts, std::string progress_key, bool clear_earlier);

  // Returns when everything of the batch behind the position and its progress are in Kafka, or left out of
  // the batch in the database. Throws Failure; then nobody knows, until the progress is read.
  void publish(const outbox::Batch& batch, std::int64_t after_position);

 private:
  // What was produced, by the tag of its report.
  struct Produced {
    std::int64_t position;
    std::string id;
    rd_kafka_topic_t* topic;
  };
  // A message by itself.
  struct Owned {
    std::int64_t position;
    std::string id;
    std::string topic;
    std::string key;
    std::string headers;
    std::string value;
    bool is_tombstone;
  };
  // How an attempt at a part went. Nothing is in Kafka unless it is published.
  struct Attempt {
    bool published = false;
    bool whole = false;  // nothing of the batch is behind it
    std::int64_t last_position = 0;
    std::int64_t positions = 0;
    std::set<std::string> unknown_topics;
    std::vector<kafka::Refusal> refusals;
  };

  [[nodiscard]] Attempt attempt(const outbox::Batch& batch, std::int64_t after_position);
  void note_end(const Attempt& part);
  void produce_part(const outbox::Batch& batch, std::int64_t after_position, Attempt& attempt);
  [[nodiscard]] bool is_full(std::int64_t after_position, std::int64_t next_position) const;
  void skip_rest(Attempt& attempt);
  void produce_progress(const outbox::Batch& batch, const Attempt& attempt);
  void await_deliveries();
  void await_deliveries_or_gone_topics(Attempt& attempt);
  void while_waiting();
  void count_published();

  void settle_topics(const outbox::Batch& batch, std::int64_t after_position,
                     const std::set<std::string>& topics);
  [[nodiscard]] bool may_be_of_earlier(const Attempt& attempt);
  void look_into(const outbox::Batch& batch, std::int64_t after_position, const Attempt& attempt);
  void examine_first_position(const outbox::Batch& batch, std::int64_t after_position);
  [[nodiscard]] std::vector<Owned> read_messages(
      const outbox::Batch& batch, std::int64_t after_position,
      const std::function<bool(const outbox::OutboxMessage&)>& is_wanted);
  [[nodiscard]] rd_kafka_resp_err_t produce_alone(const Owned& message);
  [[nodiscard]] rd_kafka_resp_err_t probe(const Owned& message);
  void park(const outbox::Batch& batch, const std::vector<outbox::RefusedMessage>& messages);
  void finish_at_least_once(const outbox::Batch& batch, std::int64_t after_position, Attempt& attempt);
  void produce_again(const outbox::Batch& batch, std::int64_t after_position, const Attempt& attempt);

  Parts parts_;
  std::string progress_key_;
  std::int32_t progress_partition_;
  Flow flow_;
  Suspects suspects_;
  PartSpan span_;
  bool dropped_before_ = false;  // the last part, and nothing of it was refused
  bool clear_earlier_;
  std::vector<Produced> produced_;
};

}  // namespace command_center::relay::publisher
