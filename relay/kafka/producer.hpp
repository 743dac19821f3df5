// A producer of messages and progress records, inside Kafka transactions or without them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/runtime/waiter.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"
#include "relay/settings/kafka.hpp"

namespace command_center::relay::kafka {

// A message that was not delivered.
struct Refusal {
  std::size_t tag;
  rd_kafka_resp_err_t error;
};

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
  // key decide. A full queue is waited for. `tag` comes back with a refusal. Answers the error with which the
  // library did not even take it.
  [[nodiscard]] rd_kafka_resp_err_t produce(rd_kafka_topic_t* topic, std::int32_t partition,
                                            std::string_view key, std::string_view value, Headers headers,
                                            std::size_t tag);
  // The record that says how far we are; progress_error() tells whether it arrived. It lies behind every
  // earlier one: where it does not, the topic was deleted meanwhile and made anew, and await_deliveries()
  // throws.
  void produce_progress(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key,
                        std::string_view value);
  // Serves delivery reports that are there already.
  void serve_deliveries();
  // Waits until fewer bytes are outstanding, a message is refused, or `deadline`.
  void await_room(std::int64_t bytes, runtime::Clock::time_point deadline);
  // Waits until no report is outstanding, something failed, or `go_on`, which is called at least every few
  // ms, answers false. What failed first need not be told first: once one message is refused, the library
  // drops the others, and their reports may overtake its own.
  void await_deliveries(const std::function<bool()>& go_on);
  // Waits until no report is outstanding, whatever fails. `while_waiting` is called as often.
  void await_all(const std::function<void()>& while_waiting);
  // The messages that were not delivered, and how the progress record failed, since forget_refusals().
  [[nodiscard]] const std::vector<Refusal>& refusals() const { return refusals_; }
  [[nodiscard]] rd_kafka_resp_err_t progress_error() const { return progress_error_; }
  void forget_refusals();
  [[nodiscard]] std::int64_t outstanding_bytes() const { return outstanding_bytes_; }
  // Call it when no delivery is outstanding. A failure leaves open whether it was committed.
  void commit();
  // Gives up the open transaction, so that consumers need not wait for its timeout. Best effort.
  void abort() noexcept;
  // The same, and the producer is good for another transaction afterwards; throws where it is not. All
  // reports are in then. `while_waiting` is called every 10 ms.
  void give_up(const std::function<void()>& while_waiting);

 private:
  [[nodiscard]] bool something_failed() const;
  static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* self) noexcept;
  void poll(int timeout_ms);
  void let_last_one_end();

  runtime::Waiter& waiter_;
  Client client_;
  std::map<std::string, Topic, std::less<>> topics_;
  void note_progress(const rd_kafka_message_t& message, rd_kafka_resp_err_t error) noexcept;

  runtime::Clock::time_point ended_{};  // the last transaction, until there is a message of the next
  std::int64_t outstanding_ = 0;
  std::int64_t outstanding_bytes_ = 0;
  std::vector<Refusal> refusals_;
  rd_kafka_resp_err_t progress_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::int64_t progress_offset_ = -1;
  bool progress_went_back_ = false;
};

}  // namespace command_center::relay::kafka
