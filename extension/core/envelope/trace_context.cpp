// Reads traceparent by its fixed places, and tracestate by its members.
#include "extension/core/envelope/trace_context.hpp"

#include <algorithm>
#include <array>

namespace command_center::envelope {
namespace {

constexpr std::size_t kLength = 55;  // of version 00
constexpr std::size_t kMaxLength = 255;
constexpr std::size_t kMostMembers = 32;
constexpr std::size_t kMostState = 512;
constexpr std::size_t kMostKey = 256;
constexpr std::size_t kMostValue = 256;
constexpr std::size_t kHyphens[] = {2, 35, 52};
constexpr std::string_view kHexadecimal = "0123456789abcdef";

bool is_hexadecimal(std::string_view text) noexcept {
  return text.find_first_not_of(kHexadecimal) == std::string_view::npos;
}

bool is_identifier(std::string_view text) noexcept {
  return is_hexadecimal(text) && text.find_first_not_of('0') != std::string_view::npos;
}

bool is_visible(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char character) { return character > ' ' && character < '\x7f'; });
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_key(std::string_view key) noexcept {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (key.empty() || key.size() > kMostKey || !is_word(key.front())) return false;
  return std::all_of(key.begin(), key.end(), [&is_word](char c) {
    return is_word(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
  });
}

bool is_value(std::string_view value) noexcept {
  return !value.empty() && value.size() <= kMostValue &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != '='; });
}

// Names of headers are ASCII.
bool is_called(std::string_view name, std::string_view in_lower_case) noexcept {
  return std::equal(name.begin(), name.end(), in_lower_case.begin(), in_lower_case.end(),
                    [](char left, char right) {
                      return (left >= 'A' && left <= 'Z' ? left + ('a' - 'A') : left) == right;
                    });
}

}  // namespace

bool is_traceparent(std::string_view text) noexcept {
  if (text.size() < kLength || text.size() > kMaxLength) return false;
  for (const std::size_t place : kHyphens) {
    if (text[place] != '-') return false;
  }
  const std::string_view version = text.substr(0, 2);
  if (!is_hexadecimal(version) || version == "ff") return false;
  if (!is_identifier(text.substr(3, 32)) || !is_identifier(text.substr(36, 16))) return false;
  if (!is_hexadecimal(text.substr(53, 2))) return false;
  const std::string_view rest = text.substr(kLength);
  return rest.empty() || (version != "00" && rest.front() == '-' && is_visible(rest));
}

bool is_tracestate(std::string_view text) noexcept {
  if (text.size() > 2 * kMostState) return false;  // blanks and empty members count as well
  std::array<std::string_view, kMostMembers> keys;
  std::size_t count = 0;
  std::size_t size = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view member = trimmed(text.substr(0, comma));
    if (!member.empty()) {
      const std::size_t equals = member.find('=');
      if (equals == std::string_view::npos) return false;
      const std::string_view key = member.substr(0, equals);
      size += member.size() + (count > 0 ? 1 : 0);
      if (!is_key(key) || !is_value(member.substr(equals + 1)) || size > kMostState ||
          count == kMostMembers || std::find(keys.begin(), keys.begin() + count, key) != keys.begin() + count)
        return false;
      keys.at(count++) = key;
    }
    if (comma == std::string_view::npos) return count > 0;
    text.remove_prefix(comma + 1);
  }
}

TraceContext read_trace_context(std::string_view text) noexcept {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view traceparent = text.substr(0, space);
  if (!is_traceparent(traceparent)) return {};
  const std::string_view rest = text.substr(space);
  return {traceparent, is_tracestate(rest) ? trimmed(rest) : std::string_view()};
}

bool drop_invalid_trace_context(std::vector<EventHeader>& headers) {
  const auto is_invalid = [](const EventHeader& header) {
    return is_called(header.name, "traceparent") && !is_traceparent(header.value);
  };
  if (std::none_of(headers.begin(), headers.end(), is_invalid)) return false;
  const auto is_context = [](const EventHeader& header) {
    return is_called(header.name, "traceparent") || is_called(header.name, "tracestate");
  };
  headers.erase(std::remove_if(headers.begin(), headers.end(), is_context), headers.end());
  return true;
}

}  // namespace command_center::envelope
