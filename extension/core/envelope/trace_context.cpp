// Reads traceparent by its fixed places.
#include "extension/core/envelope/trace_context.hpp"

#include <algorithm>

namespace command_center::envelope {
namespace {

constexpr std::size_t kLength = 55;  // of version 00
constexpr std::size_t kMaxLength = 255;
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
