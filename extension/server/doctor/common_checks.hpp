// What doctor() looks at in every extension: its steps, version, days, rights, owners, indexes.
#pragma once

#include "extension/server/doctor/check.hpp"

namespace command_center::server {

[[nodiscard]] Checks common_checks() noexcept;

}  // namespace command_center::server
