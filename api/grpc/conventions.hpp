// How calls are told of in spans.
#pragma once

#include "api/tracing/tracing.hpp"

namespace command_center::api::grpc {

[[nodiscard]] tracing::Conventions conventions();

}  // namespace command_center::api::grpc
