// Makes the bytes PostgreSQL would store for a jsonb value, so that tests read jsonb without a server.
#pragma once

#include <string>
#include <string_view>

#include "extension/core/json_schema/values/document.hpp"

namespace command_center::tests {

// True when some string or key holds U+0000, which jsonb cannot store.
[[nodiscard]] bool holds_nul(const json_schema::values::Value& value);

// The JsonbContainer of a value (VARDATA of the datum). Keep the string alive while a JsonbView reads it.
[[nodiscard]] std::string encode_jsonb(const json_schema::values::Value& value);
[[nodiscard]] std::string encode_jsonb(std::string_view json_text);

}  // namespace command_center::tests
