// Checks route policies and limits for the functions that take one.
#pragma once

#include <string_view>

namespace command_center::extension {

// Both throw KC013 with what is wrong, as located errors. C++ regime.
void check_policy(std::string_view policy_text);
void check_limits(std::string_view limits_text);

}  // namespace command_center::extension
