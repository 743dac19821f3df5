// Turns what librdkafka reports into the relay's failures.
#pragma once

#include <string>
#include <string_view>

#include "daemon/failure.hpp"
#include "relay/daemon.hpp"
#include "relay/kafka/handles.hpp"

namespace command_center::relay::kafka {

// kFenced when another producer took over the transactional.id, kKafka otherwise.
[[nodiscard]] FailureKind kind_of(rd_kafka_resp_err_t code) noexcept;

// Whom an undelivered message tells of. kRequest: another message of its request; kUnclear: it was dropped
// with others, or Kafka does not say.
enum class Blame { kMessage, kRequest, kTopic, kUnclear, kCluster };
[[nodiscard]] Blame blame(rd_kafka_resp_err_t code) noexcept;

// What became of a message. Where a request fails and a later one for the same partition does not, the
// library takes the first one for delivered, too, and reports a success without an offset. But a broker that
// knows nothing of the producer yet, as of a topic that was just made, takes the later one alone
// (KAFKA-15591): nobody has the first one then. Such a success is RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER
// here.
[[nodiscard]] rd_kafka_resp_err_t outcome_of(const rd_kafka_message_t& message) noexcept;

// `could not <action>`, with the library's words as the detail.
[[noreturn]] void fail(std::string_view action, rd_kafka_resp_err_t code, std::string_view text = {});

// Returns when `error` is null. `client` tells which error was the fatal one.
void check(std::string_view action, rd_kafka_t* client, const KafkaError& error);

}  // namespace command_center::relay::kafka
