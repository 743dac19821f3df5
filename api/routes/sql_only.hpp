// The functions that no route calls, and why: a function is in the route table or here, unless the level
// relay alone has it. Those of other extensions than command_center are named with their schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace command_center::api::routes {

struct SqlOnly {
  std::vector<std::string_view> functions;
  std::string_view reason;
};
[[nodiscard]] const std::vector<SqlOnly>& sql_only();

// The lines of docs/api.md, between its generated marks.
[[nodiscard]] std::string sql_only_lines();

}  // namespace command_center::api::routes
