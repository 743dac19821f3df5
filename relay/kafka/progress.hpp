// Reads the last progress record of a publisher: what Kafka says is published.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// The key of a publisher's progress records, and the name its transactions go by.
[[nodiscard]] std::string progress_key(std::string_view identity, std::string_view publisher);
// True for the keys of this publisher under any identity. An identity has no slash, a publisher may have.
[[nodiscard]] bool is_key_of(std::string_view key, std::string_view publisher) noexcept;
[[nodiscard]] std::string transactional_id(std::string_view identity, std::string_view publisher);

// The value of the last committed record with this key; nothing when there is none, or when it was deleted on
// purpose (a record without a value). Call it after init_transactions(), when no transaction of this
// publisher is open. Waits for other publishers' open transactions as long as they may last; throws
// Failure(kKafka) rather than answer without having read everything up to the end. `while_waiting` is called
// about once a second or more often.
[[nodiscard]] std::optional<std::string> read_last_progress(const settings::Kafka& settings, Cluster& cluster,
                                                            runtime::Waiter& waiter, std::string_view key,
                                                            std::int32_t partition,
                                                            const std::function<void()>& while_waiting);

// The last committed record of a publisher under each identity that it ever had, by key. Reads the whole
// topic, and fails as read_last_progress does.
[[nodiscard]] std::map<std::string, std::string> read_all_progress(const settings::Kafka& settings,
                                                                   Cluster& cluster, runtime::Waiter& waiter,
                                                                   std::string_view publisher,
                                                                   std::int32_t partition);

}  // namespace command_center::relay::kafka
