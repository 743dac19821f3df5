// Reads to the end as it was with open transactions counted: another's open one must not hide what lies
// behind it.
#include "relay/kafka/partition_reader.hpp"

#include <utility>

#include "relay/kafka/config.hpp"
#include "relay/kafka/failures.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr int kConsumeTimeoutMs = 500;
constexpr std::chrono::milliseconds kLookAfterEvery{500};

}  // namespace

PartitionReader::PartitionReader(const settings::Kafka& settings, runtime::Waiter& waiter, std::string action,
                                 std::chrono::seconds standstill, const std::function<void()>& while_waiting)
    : waiter_(waiter),
      action_(std::move(action)),
      standstill_(standstill),
      while_waiting_(while_waiting),
      client_(make_client(ClientKind::kProgressReader, settings)) {}

void PartitionReader::read(const std::string& topic, std::int32_t partition, Window window,
                           const Take& take) {
  const Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  if (!handle) fail(action_, rd_kafka_last_error());
  if (rd_kafka_consume_start(handle.get(), partition, window.begin) != 0)
    fail(action_, rd_kafka_last_error());
  advance_to(window.begin);
  while (!take_next(handle.get(), partition, window.end, take)) {
    if (runtime::Clock::now() > deadline_) fail(action_, RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (waiter_.stopping())
      throw Failure(FailureKind::kStopping, kConnectionFailure, "stopped while reading from kafka");
    look_after_the_rest();
  }
  if (rd_kafka_consume_stop(handle.get(), partition) != 0) fail(action_, rd_kafka_last_error());
}

// Answers true when everything before `end` has been read.
bool PartitionReader::take_next(rd_kafka_topic_t* topic, std::int32_t partition, std::int64_t end,
                                const Take& take) {
  waiter_.beat();
  const Message message(rd_kafka_consume(topic, partition, kConsumeTimeoutMs));
  if (!message) return false;
  const bool at_end_of_partition = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !at_end_of_partition)
    fail(action_, message->err, rd_kafka_message_errstr(message.get()));
  if (message->offset > reached_) advance_to(message->offset);
  if (at_end_of_partition || message->offset >= end) return message->offset >= end;
  take(*message);
  return message->offset + 1 >= end;
}

// A long partition takes its time; only one that does not go on is given up.
void PartitionReader::advance_to(std::int64_t offset) {
  reached_ = offset;
  deadline_ = runtime::Clock::now() + standstill_;
}

void PartitionReader::look_after_the_rest() {
  const auto now = runtime::Clock::now();
  if (now - looked_after_ < kLookAfterEvery) return;
  looked_after_ = now;
  while_waiting_();
}

}  // namespace command_center::relay::kafka
