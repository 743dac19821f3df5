// Splits and unescapes JSON pointers.
#include "extension/core/json/pointer.hpp"

namespace command_center::json {
namespace {

std::optional<std::string> unescape(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      plain.push_back(token[i]);
      continue;
    }
    if (i + 1 == token.size() || (token[i + 1] != '0' && token[i + 1] != '1')) return std::nullopt;
    plain.push_back(token[++i] == '0' ? '~' : '/');
  }
  return plain;
}

}  // namespace

std::optional<std::vector<std::string>> parse_pointer(std::string_view text) {
  std::vector<std::string> tokens;
  if (text.empty()) return tokens;
  if (text.front() != '/') return std::nullopt;
  for (;;) {
    text.remove_prefix(1);
    const std::size_t end = text.find('/');
    auto token = unescape(text.substr(0, end));
    if (!token) return std::nullopt;
    tokens.push_back(std::move(*token));
    if (end == std::string_view::npos) return tokens;
    text.remove_prefix(end);
  }
}

void append_token(std::string& pointer, std::string_view name) {
  pointer.push_back('/');
  for (const char character : name) {
    if (character == '~') {
      pointer.append("~0");
    } else if (character == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(character);
    }
  }
}

}  // namespace command_center::json
