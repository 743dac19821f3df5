// Which route a request is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/routes/route.hpp"

namespace command_center::api::routes {

struct Match {
  const Route* route = nullptr;  // null: none
  std::vector<std::string>
      allowed;  // methods of the path when the method is none of them; empty: no such path
};

// `method` HEAD is answered as GET.
[[nodiscard]] Match find_route(std::string_view method, const std::vector<std::string>& segments);

// The segment that stands where the path has {name}.
[[nodiscard]] std::string_view path_value(const Route& route, const std::vector<std::string>& segments,
                                          std::string_view name);

}  // namespace command_center::api::routes
