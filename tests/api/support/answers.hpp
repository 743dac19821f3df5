// What tests read in answers.
#pragma once

#include <string>
#include <vector>

#include "tests/api/support/http_client.hpp"

namespace command_center::api_tests {

// A member of an answer as text, by a JSON pointer without its first slash; "" where there is none. Objects
// and arrays are their JSON.
[[nodiscard]] std::string member(const HttpAnswer& answer, const std::string& pointer);

// "404 KC002", or the status alone.
[[nodiscard]] std::string verdict(const HttpAnswer& answer);

// The members `name` of its items, in their order.
[[nodiscard]] std::vector<std::string> items(const HttpAnswer& answer, const std::string& name);

}  // namespace command_center::api_tests
