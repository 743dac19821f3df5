// Checks what a template says: its schema, strictly, and its examples against it.
#pragma once

#include <string_view>

#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/findings.hpp"
#include "extension/server/server_types.hpp"

namespace command_center::extension {

// What a template says of the key of its messages. Plain data.
struct KeyDefinition {
  std::string_view pointer;  // a JSON pointer into the payload; data() is null for none
  bool ordered;
};

// The warnings about a schema. C++ regime. KC013 with the located findings in DETAIL when it has errors, or
// when an example does not do what it says, or the pointer of the key leads nowhere in any payload.
// `examples` may be null.
[[nodiscard]] FindingList check_template(std::string_view schema_text, JsonbContainer* examples,
                                         const char* refusal = "command definition is invalid",
                                         const KeyDefinition& key = {});

}  // namespace command_center::extension
