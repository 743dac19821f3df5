// The trace that a message is of.
#pragma once

#include <librdkafka/rdkafka.h>

#include <optional>

#include "daemon/spans/context.hpp"
#include "relay/daemon.hpp"

namespace command_center::relay::kafka {

// Of the header traceparent, with tracestate; nothing where there is none that is valid, or more than one.
// `headers` may be null.
[[nodiscard]] std::optional<spans::Origin> origin_of(const rd_kafka_headers_t* headers);

}  // namespace command_center::relay::kafka
