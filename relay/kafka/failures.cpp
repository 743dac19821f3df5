// Only being fenced is told apart: every other error ends in a new producer and a fresh look at the progress.
#include "relay/kafka/failures.hpp"

#include <array>

namespace command_center::relay::kafka {

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
