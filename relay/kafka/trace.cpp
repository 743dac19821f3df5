// Two contexts would be two opinions about where the message comes from.
#include "relay/kafka/trace.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr const char* kTraceparent = "traceparent";

}  // namespace

std::optional<spans::Context> context_of(const rd_kafka_headers_t* headers) noexcept {
  const void* value = nullptr;
  std::size_t size = 0;
  if (headers == nullptr ||
      rd_kafka_header_get(headers, 0, kTraceparent, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      value == nullptr)
    return std::nullopt;
  const auto context = spans::read_traceparent({static_cast<const char*>(value), size});
  const bool is_only =
      rd_kafka_header_get(headers, 1, kTraceparent, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR;
  return is_only ? context : std::nullopt;
}

}  // namespace command_center::relay::kafka
