// Finds the HTTP request that a call means in the route table.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/http/request.hpp"

namespace command_center::api::grpc {

using Parameters = std::map<std::string, std::string>;  // of the path and the query

// Sets method, path and query. False: the table has no such operation. A variable of the path without a
// parameter is an empty segment, which no route has.
[[nodiscard]] bool set_operation(http::Request& request, std::string_view operation,
                                 const Parameters& parameters);

}  // namespace command_center::api::grpc
