// Reads back which messages Kafka has of a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// By how much the clocks of the database, of relays and of brokers may differ without our knowing.
inline constexpr std::int64_t kClockToleranceMs = std::int64_t{10} * 60 * 1000;

// From when on to read what was produced after `opened_ms`, by Kafka's time. The last record tells how far
// Kafka's clock is behind the database's: it was written after its batch was opened. And after everything
// else: where it seems older than that, a clock was set meanwhile, and times tell nothing. All in
// milliseconds since 1970; a time of 0 is not known.
[[nodiscard]] constexpr std::int64_t start_of_read_back(std::int64_t opened_ms, std::int64_t record_opened_ms,
                                                        std::int64_t record_written_ms) {
  const bool is_known = record_opened_ms > 0 && record_written_ms > 0;
  const std::int64_t behind = is_known ? std::max<std::int64_t>(record_opened_ms - record_written_ms, 0) : 0;
  const std::int64_t start = std::max<std::int64_t>(opened_ms - behind - kClockToleranceMs, 0);
  return record_written_ms > 0 && record_written_ms < start ? 0 : start;
}

// What was read.
struct ReadBack {
  std::int64_t topics = 0;
  std::int64_t messages = 0;
};

// The ids (ce_id) of the committed messages of these topics, as far as they are there, from a time to their
// ends as they are now: a page at a time, so that memory is bounded. What has no such id is passed over.
// `while_waiting` is called about once a second. Throws Failure(kKafka) rather than leave something out.
[[nodiscard]] ReadBack read_back(const settings::Kafka& settings, Cluster& cluster, runtime::Waiter& waiter,
                                 const std::vector<std::string>& topics, std::int64_t since_ms,
                                 const std::function<void(const std::vector<std::string>& ids)>& take_page,
                                 const std::function<void()>& while_waiting);

}  // namespace command_center::relay::kafka
