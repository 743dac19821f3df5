// A producer of messages and progress records, inside Kafka transactions or without them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// Whatever throws Failure leaves the producer good for nothing but abort() and destruction. One thread.
class Producer {
 public:
  // Without transactions when `transactional_id` is empty.
  Producer(const settings::Kafka& settings, runtime::Waiter& waiter, std::string_view transactional_id);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // For produce(); owned by the producer. The topic must be there: asking for one that is not may create it.
  [[nodiscard]] rd_kafka_topic_t* topic_handle(const std::string& topic);

  // Connects and learns about the topic, so that the first message does not wait for it.
  void warm_up(const std::string& topic);

  // Fences every earlier producer of this transactional.id and finishes what it left open. `while_waiting` is
  // called about once a second.
  void init_transactions(const std::function<void()>& while_waiting);

  void begin();
  // Bytes are copied; a value whose data() is null is a tombstone. `partition` RD_KAFKA_PARTITION_UA lets the
  // key decide. A full queue is waited for.
  void produce(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key, std::string_view value,
               Headers headers);
  // Serves delivery reports that are there already; throws when one is a failure.
  void serve_deliveries();
  // Waits until no report is outstanding. `while_waiting` is called at least every 100 ms.
  void await_deliveries(const std::function<void()>& while_waiting);
  // Call it when no delivery is outstanding. A failure leaves open whether it was committed.
  void commit();
  // Gives up the open transaction, so that consumers need not wait for its timeout. Best effort.
  void abort() noexcept;

 private:
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* self) noexcept;
  void poll(int timeout_ms);

  runtime::Waiter& waiter_;
  Client client_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::int64_t outstanding_ = 0;
  rd_kafka_resp_err_t delivery_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
};

}  // namespace command_center::relay::kafka
