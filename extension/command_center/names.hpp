// Checks names that callers choose and Kafka or a policy has to take.
#pragma once

#include <cstddef>
#include <string_view>

namespace command_center::extension {

inline constexpr std::size_t kMaxEventType = 200;

// 22023 unless it can name an environment, an argument's or the setting's. C++ regime.
void check_environment(std::string_view environment);

}  // namespace command_center::extension
