// Two contexts would be two opinions about where the message comes from.
#include "relay/kafka/trace.hpp"

#include <string_view>

namespace command_center::relay::kafka {
namespace {

// Nothing where there is none or more than one.
std::optional<std::string_view> only_header(const rd_kafka_headers_t* headers, const char* name) noexcept {
  const void* value = nullptr;
  std::size_t size = 0;
  if (headers == nullptr ||
      rd_kafka_header_get(headers, 1, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get(headers, 0, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR || value == nullptr)
    return std::nullopt;
  return std::string_view(static_cast<const char*>(value), size);
}

}  // namespace

std::optional<spans::Origin> origin_of(const rd_kafka_headers_t* headers) {
  const auto traceparent = only_header(headers, "traceparent");
  const auto context = traceparent ? spans::read_traceparent(*traceparent) : std::nullopt;
  if (!context) return std::nullopt;
  return spans::Origin{*context, spans::read_tracestate(only_header(headers, "tracestate").value_or(""))};
}

}  // namespace command_center::relay::kafka
