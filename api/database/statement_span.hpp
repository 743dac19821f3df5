// The span of one statement, from its BEGIN to its COMMIT.
#pragma once

#include <string_view>

#include "api/database/session.hpp"
#include "daemon/spans/span.hpp"

namespace command_center::api::database {

// `function`: of command_center, a constant; empty where there is none. Within the request's span, or beside
// those of all requests that it answers and linked to them. `commands`: how many; 0 where it is not about
// commands.
[[nodiscard]] spans::Span begin_statement(std::string_view function, const spans::Contexts& contexts,
                                          std::size_t commands);
void end_statement(spans::Span& span, const Ran& ran) noexcept;

}  // namespace command_center::api::database
