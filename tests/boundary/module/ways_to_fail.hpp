// Fails in the way it is asked to, from deep inside C++ code with objects alive in every frame.
#pragma once

#include <string_view>

namespace command_center::boundary_test {

// C++ regime. Returns only for "not at all"; an unknown way is an Error with 22023.
void fail(std::string_view way);

}  // namespace command_center::boundary_test
