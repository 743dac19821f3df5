// The trace that a message is of.
#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>

#include "daemon/spans/context.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::kafka {

// Of the header traceparent; nothing where there is none that is valid, or more than one. `headers` may be
// null.
[[nodiscard]] std::optional<spans::Context> context_of(const rd_kafka_headers_t* headers) noexcept;

}  // namespace command_center::relay::kafka
