#include "api/routes/array_literal.hpp"

namespace command_center::api::routes {

std::string array_literal(const std::vector<std::string>& elements) {
  std::string literal = "{";
  for (const std::string& element : elements) {
    literal += literal.size() > 1 ? ",\"" : "\"";
    for (const char character : element) {
      if (character == '"' || character == '\\') literal.push_back('\\');
      literal.push_back(character);
    }
    literal.push_back('"');
  }
  return literal + "}";
}

}  // namespace command_center::api::routes
