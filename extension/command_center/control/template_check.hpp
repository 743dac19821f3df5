// Checks what a template says: its schema, strictly, and its examples against it.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/findings.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// The warnings about a schema. C++ regime. KC013 with the located findings in DETAIL when it has errors, or
// when an example does not do what it says. `examples` may be null.
[[nodiscard]] FindingList check_template(std::string_view schema_text, JsonbContainer* examples,
                                         const char* refusal = "command definition is invalid");

}  // namespace command_center::extension
