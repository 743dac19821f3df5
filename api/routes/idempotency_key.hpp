// The header Idempotency-Key, in quotes or bare.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "api/http/request.hpp"
#include "api/problems/problem.hpp"

namespace command_center::api::routes {

// Nothing where the request has none. One that cannot be read is refused: a retry would be a second request.
[[nodiscard]] std::variant<std::optional<std::string>, problems::Problem> idempotency_key_of(
    const http::Request& request);

}  // namespace command_center::api::routes
