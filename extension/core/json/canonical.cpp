// Copies a document piece by piece: strings whole, numbers cut.
#include "extension/core/json/canonical.hpp"

#include <algorithm>

namespace command_center::json {
namespace {

constexpr std::string_view kStartsNumber = "-0123456789";

// The string that `json` begins with, quotes included; all of `json` where it has no end.
std::string_view first_string(std::string_view json) noexcept {
  std::size_t end = 1;
  while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return json.substr(0, end + 1);
}

std::string_view first_number(std::string_view json) noexcept {
  return json.substr(0, json.find_first_not_of("+-.0123456789eE"));
}

// What stands before the next string or number.
std::string_view first_other(std::string_view json) noexcept {
  return json.substr(0, json.find_first_of("\"-0123456789"));
}

}  // namespace

std::string_view canonical_number(std::string_view number) noexcept {
  if (number.find('.') == std::string_view::npos) return number;
  if (number.find_first_of("eE") != std::string_view::npos) return number;
  const std::size_t last = number.find_last_not_of('0');
  return number.substr(0, number[last] == '.' ? last : last + 1);
}

std::string_view canonical_text(std::string_view json, char* buffer) noexcept {
  char* end = buffer;
  while (!json.empty()) {
    const bool number = kStartsNumber.find(json.front()) != std::string_view::npos;
    const std::string_view piece = number                ? first_number(json)
                                   : json.front() == '"' ? first_string(json)
                                                         : first_other(json);
    const std::string_view written = number ? canonical_number(piece) : piece;
    end = std::copy(written.begin(), written.end(), end);
    json.remove_prefix(piece.size());
  }
  return {buffer, static_cast<std::size_t>(end - buffer)};
}

}  // namespace command_center::json
