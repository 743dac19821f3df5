// Only being fenced is told apart: every other error ends in a new producer and a fresh look at the progress.
#include "relay/kafka/failures.hpp"

#include <array>

namespace command_center::relay::kafka {
namespace {

// Another message of its request is invalid; librdkafka 2.0 has no name for it.
constexpr int kInvalidDifferentRecord = -138;

}  // namespace

FailureKind kind_of(rd_kafka_resp_err_t code) noexcept {
  switch (code) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
      return FailureKind::kFenced;
    default:
      return FailureKind::kKafka;
  }
}

Blame blame(rd_kafka_resp_err_t code) noexcept {
  if (static_cast<int>(code) == kInvalidDifferentRecord) return Blame::kRequest;
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return Blame::kMessage;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return Blame::kTopic;
    case RD_KAFKA_RESP_ERR_UNKNOWN:
    case RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER:
    case RD_KAFKA_RESP_ERR__STATE:
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return Blame::kUnclear;
    default:
      return Blame::kCluster;
  }
}

rd_kafka_resp_err_t outcome_of(const rd_kafka_message_t& message) noexcept {
  const bool is_inferred = message.err == RD_KAFKA_RESP_ERR_NO_ERROR && message.offset < 0;
  return is_inferred ? RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER : message.err;
}

void fail(std::string_view action, rd_kafka_resp_err_t code, std::string_view text) {
  std::string detail = rd_kafka_err2name(code);
  detail += ": ";
  detail += text.empty() ? std::string_view(rd_kafka_err2str(code)) : text;
  throw Failure(kind_of(code), kConnectionFailure, "could not " + std::string(action), std::move(detail));
}

void check(std::string_view action, rd_kafka_t* client, const KafkaError& error) {
  if (!error) return;
  rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
  if (rd_kafka_error_is_fatal(error.get()) != 0) {
    constexpr std::size_t kTextSize = 512;
    std::array<char, kTextSize> text{};
    const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client, text.data(), text.size());
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) code = fatal;
  }
  fail(action, code, rd_kafka_error_string(error.get()));
}

}  // namespace command_center::relay::kafka
