// Reads and writes JSON Pointers token by token.
#include "extension/core/json_schema/pointer.hpp"

#include <algorithm>
#include <charconv>

namespace command_center::json_schema {

void append_token(std::string& pointer, std::string_view token) {
  pointer.push_back('/');
  for (const char c : token) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
}

void append_index(std::string& pointer, std::size_t index) {
  pointer.append("/").append(std::to_string(index));
}

std::string take_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::size_t end = std::min(pointer.find('/'), pointer.size());
  std::string token;
  for (std::size_t i = 0; i < end; ++i) {
    const bool escape = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
    token.push_back(escape ? (pointer[i + 1] == '0' ? '~' : '/') : pointer[i]);
    if (escape) ++i;
  }
  pointer.remove_prefix(end);
  return token;
}

const values::Value* find_element(const values::Value& array, std::string_view token) noexcept {
  if (array.kind != values::Kind::kArray || token.empty() || (token.size() > 1 && token[0] == '0'))
    return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc{} || end != token.data() + token.size() || index >= array.size) return nullptr;
  return array.elements + index;
}

}  // namespace command_center::json_schema
