// JSON that a stranger wrote: read strictly, so that no other reader could have read something else.
#pragma once

#include <string_view>

#include "extension/core/json/rapidjson.hpp"

namespace command_center::api::identity {

[[nodiscard]] inline std::string_view view_of(const rapidjson::Value& text) {
  return {text.GetString(), text.GetStringLength()};
}

// False unless it is one object of valid UTF-8 in which no name is twice: of two members of one name, readers
// take one or the other (RFC 7519, 4). However deep it is, it takes no stack.
[[nodiscard]] bool parse_object(std::string_view text, rapidjson::Document& document);

// Null where `object` is no object or has no such member.
[[nodiscard]] const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view name);

// Not empty, of a length that bytes can have, and without padding or any other character.
[[nodiscard]] bool is_base64url(std::string_view text) noexcept;

}  // namespace command_center::api::identity
