// The SQL functions of subscriptions, as the relay calls them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/postgres/connection.hpp"
#include "daemon/spans/context.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::consumer {

// As list_subscriptions answers it.
struct Subscription {
  std::string name;
  std::string id;
  int version = 0;
  std::string group;
  std::vector<std::string> topics;
  std::string start_at;                  // earliest, latest or an RFC 3339 time
  std::optional<std::int64_t> start_ms;  // that time
  int batch_messages = 0;
  std::chrono::milliseconds batch_wait{0};
};

using Partition = std::pair<std::string, std::int32_t>;

// The first offset of each partition that has not been applied.
using Offsets = std::map<Partition, std::int64_t>;

struct Position {
  std::int64_t next_offset = 0;
  int attempt = 1;
  std::int64_t end_offset = -1;  // unknown
};
using Positions = std::map<Partition, Position>;

// A message to apply; plain copies, since Kafka's own go with the consumer.
struct Message {
  Partition partition;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;  // unknown
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::string headers;  // JSON, as header_list of kafka_message
  std::size_t bytes = 0;
  std::optional<spans::Origin> trace{};
  std::chrono::system_clock::time_point taken{};
};

// What has become of a partition.
struct Outcome {
  Partition partition;
  enum class Status { kApplied, kFailed, kMoved, kUntouched } status = Status::kApplied;
  std::int64_t next_offset = 0;
  std::int64_t handled = 0;
  std::int64_t filtered = 0;
  std::int64_t dead_letters = 0;
  std::string sqlstate;
  std::string message;
};

// Errors are those of Connection.
class Inbox {
 public:
  explicit Inbox(postgres::Connection& connection) : connection_(connection) {}

  [[nodiscard]] std::vector<Subscription> active_subscriptions();
  // Writes down where partitions begin, and answers where all of the subscription stand.
  [[nodiscard]] Offsets begin(const Subscription& subscription, const Offsets& offsets);
  // Lets a partition of which messages are gone from Kafka go on with the first that is there. False where it
  // is not at `expected` any more.
  [[nodiscard]] bool pass_over(const Subscription& subscription, const Partition& partition,
                               std::int64_t expected, std::int64_t first);
  // In a transaction of its own, whose statement may take so long; it has been committed.
  [[nodiscard]] std::vector<Outcome> apply(const Subscription& subscription, const Positions& expected,
                                           const std::vector<const Message*>& messages,
                                           std::chrono::milliseconds limit);
  // The same in the background (Connection::start_transaction), and what came of it once that is committed.
  void start_applying(const Subscription& subscription, const Positions& expected,
                      const std::vector<const Message*>& messages, std::chrono::milliseconds limit);
  [[nodiscard]] std::vector<Outcome> finish_applying();

 private:
  postgres::Connection& connection_;
};

}  // namespace command_center::relay::consumer
