// The tenant a request acts for: what the header asks and the identity allows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/identity/identity.hpp"
#include "api/problems/problem.hpp"

namespace command_center::api::identity {

// `asked`: x-tenant-id or a parameter. Lower-case uuid; nothing when neither names one (an operator's call
// over all tenants). A problem: 400 where it is no uuid, 403 (KC003) where the identity is another tenant's.
[[nodiscard]] std::variant<std::optional<std::string>, problems::Problem> tenant_of(
    const Identity& identity, std::optional<std::string_view> asked);

}  // namespace command_center::api::identity
