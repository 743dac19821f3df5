// Bounds the names of environments.
#include "extension/command_center/names.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"

namespace command_center::extension {

void check_environment(std::string_view environment) {
  constexpr std::size_t kMaxEnvironment = 63;
  check_name(environment, kMaxEnvironment, "environment");
}

}  // namespace command_center::extension
