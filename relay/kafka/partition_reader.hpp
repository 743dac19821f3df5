// Reads a part of a partition as a consumer of committed messages sees it, outside of any group.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/kafka/look_back.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// Borrows everything but the settings. `while_waiting` is called about once a second or more often.
class PartitionReader {
 public:
  using Take = std::function<void(const rd_kafka_message_t& message)>;

  // `action`: what it is for, for failures. `standstill`: for how long nothing may come before it gives up.
  PartitionReader(const settings::Kafka& settings, runtime::Waiter& waiter, std::string action,
                  std::chrono::seconds standstill, const std::function<void()>& while_waiting);

  // Hands every committed message of the window to `take`, in order. Somebody's open transaction is waited
  // for. Throws Failure(kKafka) rather than return without having read everything up to the end.
  void read(const std::string& topic, std::int32_t partition, Window window, const Take& take);

  [[nodiscard]] rd_kafka_t* client() const { return client_.get(); }

 private:
  [[nodiscard]] bool take_next(rd_kafka_topic_t* topic, std::int32_t partition, std::int64_t end,
                               const Take& take);
  void advance_to(std::int64_t offset);
  void look_after_the_rest();

  runtime::Waiter& waiter_;
  std::string action_;
  std::chrono::seconds standstill_;
  const std::function<void()>& while_waiting_;
  Client client_;
  std::int64_t reached_ = 0;
  runtime::Clock::time_point deadline_;
  runtime::Clock::time_point looked_after_;
};

}  // namespace command_center::relay::kafka
