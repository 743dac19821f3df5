// Compares names by their letters and digits alone.
#include "extension/core/json/member_names.hpp"

namespace command_center::json {
namespace {

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char character : name) {
    if (character == '_' || character == '-') continue;
    const bool upper = character >= 'A' && character <= 'Z';
    letters.push_back(upper ? static_cast<char>(character - 'A' + 'a') : character);
  }
  return letters;
}

}  // namespace

std::string unknown_member(std::string_view name, const std::string_view* known, std::size_t known_count,
                           std::string_view whole) {
  const std::string letters = letters_of(name);
  for (std::size_t i = 0; i < known_count; ++i) {
    if (letters_of(known[i]) == letters) return "is spelt \"" + std::string(known[i]) + "\"";
  }
  return "is not a member of " + std::string(whole);
}

}  // namespace command_center::json
