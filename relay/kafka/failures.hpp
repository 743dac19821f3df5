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

// `could not <action>`, with the library's words as the detail.
[[noreturn]] void fail(std::string_view action, rd_kafka_resp_err_t code, std::string_view text = {});

// Returns when `error` is null. `client` tells which error was the fatal one.
void check(std::string_view action, rd_kafka_t* client, const KafkaError& error);

}  // namespace command_center::relay::kafka
