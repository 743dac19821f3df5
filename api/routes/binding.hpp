// Turns what a request says into the parameters of a statement, or says what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/bodies/json_document.hpp"
#include "api/database/call.hpp"
#include "api/http/request.hpp"
#include "api/problems/problem.hpp"
#include "api/routes/condition.hpp"
#include "api/routes/route.hpp"

namespace command_center::api::routes {

// Whose it is; filled by the handler.
struct Context {
  std::optional<std::string> tenant;  // of the request
  std::optional<std::string> scope;   // of kScope, after tenantId was taken into account
  std::string actor;
  Condition condition;
};

// tenantId of the query or the body, as it stands there.
struct Asked {
  bool is_given = false;
  std::optional<std::string> tenant;  // given and none: every tenant
};
[[nodiscard]] std::variant<Asked, problems::Problem> read_scope(const http::Request& request,
                                                                const bodies::JsonDocument* body);

// In the order of route.parameters: bindings, and what the condition says. `body`: null where there is none.
// Everything that is wrong is in one problem, located.
[[nodiscard]] std::variant<std::vector<database::Parameter>, problems::Problem> bind(
    const Route& route, const http::Request& request, const bodies::JsonDocument* body,
    const Context& context);

// True when the route has members in a body.
[[nodiscard]] bool takes_body(const Route& route);

}  // namespace command_center::api::routes
