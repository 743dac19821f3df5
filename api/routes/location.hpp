// Where what a request made is found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/database/call.hpp"
#include "api/routes/route.hpp"

namespace command_center::api::routes {

// route.location with the values of the route's bindings, as a reference (RFC 3986); {made} stays as it is.
// A parameter of its query that is NULL is left out, but for a scope's: that is `null`, every tenant.
[[nodiscard]] std::string location_of(const Route& route, const std::vector<database::Parameter>& parameters);

[[nodiscard]] std::string with_made(const std::string& location, std::string_view made);

}  // namespace command_center::api::routes
