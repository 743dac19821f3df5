// What execute, explain, validate and batch take, which the table cannot say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/bodies/json_document.hpp"
#include "api/database/call.hpp"
#include "api/http/request.hpp"
#include "api/identity/identity.hpp"
#include "api/problems/problem.hpp"
#include "api/routes/route.hpp"

namespace command_center::api::routes {

// {"userId", "role", "ip"}. The role is x-user-role where the identity has it, else its first.
[[nodiscard]] std::string initiator_of(const identity::Identity& identity, const http::Request& request);

// The command of POST /v1/commands/{commandName}/execute and its like. The body is {"payload", "propertyId",
// "environment", "correlationId", "idempotencyKey", "traceparent"}, or, without a member of that name, the
// payload itself. Headers and parameters say the same as members; both must agree.
[[nodiscard]] std::variant<database::Database::Execute, problems::Problem> read_execution(
    const Route& route, const http::Request& request, const bodies::JsonDocument& body, std::string tenant,
    std::string initiator);

// What the database would say of so many, before each of them is taken apart and copied; the initiator is
// copied with each.
[[nodiscard]] std::optional<problems::Problem> find_excess(const std::vector<bodies::Value>& elements,
                                                           std::string_view initiator);

// One of a batch that is not given to the database. Small: a batch may be made of nothing else, and waits.
struct Unfit {
  std::size_t index = 0;    // among the commands of the request
  std::string_view member;  // that it may not have; of a constant
  std::string name;         // of the command; empty: not known
};
[[nodiscard]] problems::Problem problem_of(const Unfit& unfit);

// The commands of a batch as the database takes them.
struct Commands {
  std::string json;          // an array of those that are fit
  std::size_t count = 0;     // of the request
  std::vector<Unfit> unfit;  // the others, in their order
};
// `traceparent`: of those that have none.
[[nodiscard]] Commands read_commands(const std::vector<bodies::Value>& elements, std::string_view tenant,
                                     std::string_view initiator,
                                     const std::optional<std::string>& traceparent = std::nullopt);

}  // namespace command_center::api::routes
