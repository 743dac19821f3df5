// Checks route policies for the functions that take one.
#pragma once

#include <string_view>

namespace command_center::extension {

// Throws KC013 with what is wrong with a policy, as located errors. C++ regime.
void check_policy(std::string_view policy_text);

}  // namespace command_center::extension
