// What doctor() looks at besides what it asks of every extension.
#pragma once

#include "extension/server/doctor/check.hpp"

namespace command_center::extension {

[[nodiscard]] server::Checks doctor_checks() noexcept;

}  // namespace command_center::extension
