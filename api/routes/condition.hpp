// If-Match and If-None-Match (RFC 9110, 13.1): what must stand, or must not, for a request to be done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/database/call.hpp"
#include "api/http/request.hpp"
#include "api/problems/problem.hpp"

namespace command_center::api::routes {

// One of the two headers.
struct Tags {
  bool any = false;                 // "*"
  std::vector<std::string> strong;  // with their quotes
  std::vector<std::string> all;     // weak ones, too, without W/
};

struct Condition {
  std::optional<Tags> match;
  std::optional<Tags> none_match;
};

// 400 for what is no list of entity tags; a tag that none of ours can be is one that nothing has.
[[nodiscard]] std::variant<Condition, problems::Problem> read_condition(const http::Request& request);

// Of a GET whose answer has this ETag; empty: there is none.
enum class Precondition { kHolds, kFails, kNotModified };
[[nodiscard]] Precondition judge(const Condition& condition, std::string_view etag);

// What a statement calls ifMatch, ifMatchAny, ifMatchVersion, ifNoneMatch, ifNoneMatchAny; NULL: not said.
// The version is that of the first tag of If-Match, for the words of the refusal.
[[nodiscard]] database::Parameter parameter_of(const Condition& condition, std::string_view name);

}  // namespace command_center::api::routes
