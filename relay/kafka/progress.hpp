// Reads the last progress record of a publisher: what Kafka says is published.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// The key of a publisher's progress records, and the name its transactions go by.
[[nodiscard]] std::string progress_key(std::string_view identity, std::string_view publisher);
// True for the keys of this publisher and of its shards ("default:2:1/3") under any identity. An identity has
// no slash, a publisher may have.
[[nodiscard]] bool is_key_of(std::string_view key, std::string_view publisher) noexcept;
[[nodiscard]] std::string transactional_id(std::string_view identity, std::string_view publisher);

// The partition of the progress topic that records with this key are in. An open transaction of one publisher
// hides what comes behind it in its partition from all others.
[[nodiscard]] std::int32_t progress_partition(std::string_view key);
// Where relays before 0.4.0 kept the records of all publishers.
inline constexpr std::int32_t kEarlierPartition = 0;

// What a record says.
struct Progress {
  std::string record;
  std::int64_t batch = 0;
  std::int64_t last_position = 0;
  bool complete = true;         // false: of the batch only what is through the last position is published
  std::int64_t written_ms = 0;  // when it was, by Kafka; 0 where that is not known
};

// Nothing for what is no progress record.
[[nodiscard]] std::optional<Progress> parse_progress(std::string record);
// What the relay adds to the record of a batch, which the database makes.
struct Publication {
  std::optional<std::int64_t> part_through;  // of a part: its last position
  std::string parked_through;                // what was put aside by then; empty: nothing ever was
};
[[nodiscard]] std::string record_of(const std::string& record, const Publication& publication);
[[nodiscard]] bool is_further(const Progress& left, const Progress& right) noexcept;

// Of one publisher, from its partition and from the earlier one.
struct LastProgress {
  std::optional<Progress> progress;
  bool in_earlier_partition = false;  // to be deleted there
};

// The last committed record with this key; nothing when there is none, or when it was deleted on purpose (a
// record without a value). Call it after init_transactions(), when no transaction of this publisher is open.
// Waits for other publishers' open transactions as long as they may last; throws Failure(kKafka) rather than
// answer without having read everything up to the end. `while_waiting` is called about once a second or more
// often.
[[nodiscard]] LastProgress read_last_progress(const settings::Kafka& settings, Cluster& cluster,
                                              runtime::Waiter& waiter, std::string_view key,
                                              const std::function<void()>& while_waiting);

// The last committed record of a publisher and of each of its shards, under each identity that it ever had,
// by key. Reads the whole topic, and fails as read_last_progress does.
[[nodiscard]] std::map<std::string, std::string> read_all_progress(const settings::Kafka& settings,
                                                                   Cluster& cluster, runtime::Waiter& waiter,
                                                                   std::string_view publisher);
// What is printed of them: one text for each identity, an array where it had more publishers than one.
[[nodiscard]] std::vector<std::string> join_by_identity(const std::map<std::string, std::string>& records);

}  // namespace command_center::relay::kafka
