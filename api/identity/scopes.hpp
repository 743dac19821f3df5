// The names of scopes.
#pragma once

#include <optional>
#include <string_view>

#include "api/identity/identity.hpp"

namespace command_center::api::identity {

// Nothing where there is no scope of that name. `admin` is all of them.
[[nodiscard]] std::optional<Scopes> parse_scope(std::string_view name) noexcept;

[[nodiscard]] std::string_view name_of(Scope scope) noexcept;

}  // namespace command_center::api::identity
