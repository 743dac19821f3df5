// What a consumer that reads only committed messages finds in a topic, and what an operator can do to one.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/support/database.hpp"
#include "tests/e2e/support/eventually.hpp"

namespace command_center::e2e {

inline constexpr const char* kCommandTopic = "commands.primary";
inline constexpr const char* kProgressTopic = "command-center.progress";

struct Received {
  std::string key;
  std::map<std::string, std::string> headers;
  std::string value;
  bool is_tombstone = false;
};

// Reads all partitions of a topic from their beginnings. Only messages of one tenant count, or all if it is
// empty.
class TopicReader {
 public:
  TopicReader(std::string topic, std::string tenant);

  // Reads until every id was received (true), or not in time (false).
  [[nodiscard]] bool receives(const Ids& ids, std::chrono::milliseconds patience = kPatience);
  // Forgets everything and reads from the beginnings to the end of every partition, which includes what is in
  // open transactions: waits until they are over.
  void read_to_end();

  [[nodiscard]] const std::vector<Received>& messages() const { return messages_; }
  // How often each x-command-id was received.
  [[nodiscard]] const std::map<std::string, int>& counts() const { return counts_; }

 private:
  struct Destroy {
    void operator()(rd_kafka_t* client) const noexcept { rd_kafka_destroy(client); }
  };

  void start();
  bool assign();
  // Takes one message or event; false when nothing came within 100 ms.
  bool take();
  [[nodiscard]] bool is_whole(const rd_kafka_message_t& end) const;
  [[nodiscard]] bool is_at_end() const;
  void keep(rd_kafka_message_t* message);

  std::string topic_;
  std::string tenant_;
  std::unique_ptr<rd_kafka_t, Destroy> client_;
  std::map<int, bool> partition_ended_;
  std::vector<Received> messages_;
  std::map<std::string, int> counts_;
};

// Deletes or creates a topic; throws when Kafka refuses.
void delete_topic(const std::string& topic);
void create_topic(const std::string& topic, const std::string& cleanup_policy);
using TopicConfig = std::map<std::string, std::string>;
void create_topic(const std::string& topic, const TopicConfig& config);
// Gives a topic another configuration; what is not named gets the broker's defaults.
void configure_topic(const std::string& topic, const TopicConfig& config);
// Gives a topic more partitions; throws when Kafka refuses.
void grow_topic(const std::string& topic, int partitions);
// Appends records with one key to a partition, outside any transaction.
void append_records(const std::string& topic, const std::string& key, const std::vector<std::string>& values,
                    int partition = 0);
// Appends one record, whatever bytes it has.
struct Record {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers{};
};
void append_record(const std::string& topic, const Record& record, int partition = 0);
// Deletes what is before the offset, as retention does; throws when Kafka refuses.
void delete_records(const std::string& topic, int partition, std::int64_t before);
// Where the progress of a publisher is.
[[nodiscard]] int progress_partition(const std::string& key);

}  // namespace command_center::e2e
