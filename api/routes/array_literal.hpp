// An array of texts as the server reads it: {"a","b"}.
#pragma once

#include <string>
#include <vector>

namespace command_center::api::routes {

[[nodiscard]] std::string array_literal(const std::vector<std::string>& elements);

}  // namespace command_center::api::routes
