// The SQL functions of the outbox, as the relay calls them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/postgres/connection.hpp"
#include "relay/daemon.hpp"
#include "relay/declarations/declared_topics.hpp"
#include "relay/leases/store.hpp"

namespace command_center::relay::outbox {

// A batch that is recorded durably, and the record to write into Kafka with it.
struct Batch {
  std::int64_t id;
  std::int64_t messages;
  std::string progress;
};

// Borrows its texts from the row that is current.
struct OutboxMessage {
  std::int64_t position;
  std::string_view id;
  std::string_view topic;
  std::string_view key;
  std::string_view headers;
  std::string_view value;  // data() is null for a tombstone
};

// A message that Kafka refused, and with what words.
struct RefusedMessage {
  std::int64_t position;
  std::string id;
  std::string detail;
};

struct TopicHold {
  std::string topic;
  bool held;  // false: it takes messages again, and some are still to be appended
};

// Errors are those of Connection, and Failure(kDisagreement) where the database says that it cannot go on
// from here.
class Outbox : public leases::Store {
 public:
  Outbox(postgres::Connection& connection, std::string publisher)
      : connection_(connection), publisher_(std::move(publisher)) {}

  [[nodiscard]] std::string identity();
  // The right to be this publisher.
  [[nodiscard]] leases::Answer acquire(const std::string& holder, std::chrono::seconds ttl) override;
  void release(const std::string& holder) override;
  // The batch Kafka has published through; that before the one of the record where it is of a part.
  [[nodiscard]] std::int64_t resume(const std::optional<std::string>& progress);
  // Nothing when there is nothing to publish. The batch has been committed durably.
  [[nodiscard]] std::optional<Batch> next_batch(std::int64_t published_through, int max_messages,
                                                std::int64_t max_bytes);
  // Then next_message() until it answers nothing; no other call in between.
  void start_messages(std::int64_t batch_id, std::int64_t after_position);
  [[nodiscard]] std::optional<OutboxMessage> next_message();

  // Leaves messages out of an open batch, durably; to be called after the Kafka transaction that held them
  // was given up. The batch must be asked for again.
  void park(const std::string& holder, std::int64_t batch_id, const std::vector<RefusedMessage>& messages);
  // The same with all of a topic behind the position, and with those to come.
  void hold_topic(const std::string& holder, std::int64_t batch_id, std::int64_t after_position,
                  const std::string& topic, const std::string& detail);
  // Appends a part of what was left out for a topic again, and answers how many messages.
  [[nodiscard]] std::int64_t free_topic(const std::string& holder, const std::string& topic);
  [[nodiscard]] std::vector<TopicHold> topic_holds();
  [[nodiscard]] declarations::Shapes declared_topics(const std::set<std::string>& names);

 private:
  // A function's call whose commit must be durable before anything is done about it.
  postgres::Result call_durably(const std::string& select);
  // A function's call in a transaction of its own.
  postgres::Result call(const std::string& select);
  [[nodiscard]] postgres::Result call_for_row(const std::string& select);

  postgres::Connection& connection_;
  std::string publisher_;
  std::optional<postgres::Result> row_;
  bool reading_ = false;
};

}  // namespace command_center::relay::outbox
