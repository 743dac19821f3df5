// A member of a consumer group that is told where to begin: offsets go into each assignment.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

using TopicPartition = std::pair<std::string, std::int32_t>;
using PartitionOffsets = std::map<TopicPartition, std::int64_t>;

// Every function throws Failure(kKafka). Used by one thread, which must poll more often than every five
// minutes to stay in the group.
class Subscriber {
 public:
  // Called from poll(), and may throw. `assigned` answers where each partition goes on. `lost`: what was to
  // come next of a partition is not in Kafka any more, and nothing comes of it until it is assigned anew.
  // `ended`: all that there is before this offset has come; records that are no messages lie before it, too.
  struct Events {
    std::function<PartitionOffsets(const std::vector<TopicPartition>&)> assigned;
    std::function<void()> revoked;
    std::function<void(const TopicPartition&)> lost;
    std::function<void(const TopicPartition&, std::int64_t)> ended;
  };

  Subscriber(const settings::Kafka& settings, const std::string& group,
             const std::vector<std::string>& topics, Events events);
  // Leaves the group.
  ~Subscriber();
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  // The next message, or null when none came in time.
  [[nodiscard]] Message poll(std::chrono::milliseconds time);
  // Reads the assigned partitions anew from these offsets.
  void assign(const PartitionOffsets& offsets);
  // For tools that show the lag of a group, and for committed(). Does not wait.
  void tell_group(const PartitionOffsets& offsets) noexcept;

  // What the group was told last; of partitions of which it was told nothing, nothing.
  [[nodiscard]] PartitionOffsets committed(const std::vector<TopicPartition>& partitions);

  // Where the partition ends, as far as the client has seen; -1 when it has not.
  [[nodiscard]] std::int64_t known_end(const TopicPartition& partition) const noexcept;
  // The same as the broker has it now; nothing when it does not answer in time.
  [[nodiscard]] std::optional<std::int64_t> end_of(const TopicPartition& partition,
                                                   std::chrono::milliseconds limit) const noexcept;
  // Whether this is a member of its group, as far as the client knows.
  [[nodiscard]] bool is_member() const noexcept;
  // Whether a broker answers in time.
  [[nodiscard]] bool is_answered(std::chrono::milliseconds limit) noexcept;
  // All partitions of a topic that is there; none otherwise.
  [[nodiscard]] std::vector<TopicPartition> partitions_of(const std::string& topic);
  // Where a partition begins and ends; the end is that of committed messages.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> extent(const TopicPartition& partition);
  // The first offset of each partition at or after a time; its end where there is none.
  [[nodiscard]] PartitionOffsets offsets_at(const std::vector<TopicPartition>& partitions, std::int64_t ms);

 private:
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* partitions, void* self) noexcept;
  void rebalance(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t& partitions);

  Events events_;
  std::exception_ptr failed_rebalance_;
  bool closing_ = false;
  Client client_;
};

}  // namespace command_center::relay::kafka
