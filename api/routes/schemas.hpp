// The JSON Schemas of what goes in and out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/routes/route.hpp"

namespace command_center::api::routes {

// Of a binding as the path, the query or a header has it, and as a member of the body.
[[nodiscard]] std::string parameter_schema(const Binding& binding);
[[nodiscard]] std::string member_schema(const Binding& binding);

// Of the body of an answer of this route.
[[nodiscard]] std::string answer_schema(const Route& route);

// The named ones, as components/schemas has them.
[[nodiscard]] const std::vector<std::pair<std::string, std::string>>& schemas();

}  // namespace command_center::api::routes
