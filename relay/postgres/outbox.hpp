// The SQL functions of the outbox, as the relay calls them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "relay/postgres/connection.hpp"

namespace command_center::relay::postgres {

// The answer to asking for the lease.
struct LeaseAnswer {
  bool granted;
  std::int64_t term;
  std::chrono::milliseconds expires_in;
};

// A batch that is recorded durably, and the record to write into Kafka with it.
struct Batch {
  std::int64_t id;
  std::int64_t messages;
  std::string progress;
};

// Borrows its texts from the row that is current.
struct OutboxMessage {
  std::string_view topic;
  std::string_view key;
  std::string_view headers;
  std::string_view value;  // data() is null for a tombstone
};

// Errors are those of Connection, and Failure(kDisagreement) where the database says that it cannot go on
// from here.
class Outbox {
 public:
  Outbox(Connection& connection, std::string publisher)
      : connection_(connection), publisher_(std::move(publisher)) {}

  [[nodiscard]] std::string identity();
  [[nodiscard]] LeaseAnswer acquire_lease(const std::string& holder, std::chrono::seconds ttl);
  void release_lease(const std::string& holder);
  // The batch Kafka has published through.
  [[nodiscard]] std::int64_t resume(const std::optional<std::string>& progress);
  // Nothing when there is nothing to publish. The batch has been committed durably.
  [[nodiscard]] std::optional<Batch> next_batch(std::int64_t published_through, int max_messages,
                                                std::int64_t max_bytes);
  // Then next_message() until it answers nothing; no other call in between.
  void start_messages(std::int64_t batch_id);
  [[nodiscard]] std::optional<OutboxMessage> next_message();

 private:
  // A function's call in a transaction of its own.
  Result call(const std::string& select);
  [[nodiscard]] Result call_for_row(const std::string& select);

  Connection& connection_;
  std::string publisher_;
  std::optional<Result> row_;
};

}  // namespace command_center::relay::postgres
