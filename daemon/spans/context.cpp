// Whether a traceparent is one is decided where commands are: nothing goes on here that would be left out
// there.
#include "daemon/spans/context.hpp"

#include <algorithm>
#include <set>

#include "extension/core/envelope/trace_context.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::uint8_t kSampled = 1;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kMostMembers = 32;
constexpr std::size_t kMostState = 512;
constexpr std::size_t kMostKey = 256;
constexpr std::size_t kMostValue = 256;

// Of digits that are known to be some.
std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept {
  const auto value = [](char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  };
  return static_cast<std::uint8_t>(value(text[at]) << 4U | value(text[at + 1]));
}

template <std::size_t Size>
void read_bytes(std::string_view text, std::size_t at, std::array<std::uint8_t, Size>& bytes) noexcept {
  for (std::size_t index = 0; index < Size; ++index) bytes[index] = byte_at(text, at + 2 * index);
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

}  // namespace

std::optional<Context> read_traceparent(std::string_view text) noexcept {
  if (!envelope::is_traceparent(text)) return std::nullopt;
  Context context;
  read_bytes(text, kTraceAt, context.trace);
  read_bytes(text, kSpanAt, context.span);
  context.is_sampled = (byte_at(text, kFlagsAt) & kSampled) != 0;
  return context;
}

std::string traceparent_of(const Context& context) {
  return "00-" + hexadecimal(context.trace) + "-" + hexadecimal(context.span) +
         (context.is_sampled ? "-01" : "-00");
}

std::string read_tracestate(std::string_view text) {
  std::string state;
  std::set<std::string_view> keys;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view member = trimmed(text.substr(0, comma));
    if (!member.empty()) {
      const std::size_t equals = member.find('=');
      if (equals == std::string_view::npos || !is_key(member.substr(0, equals)) ||
          !is_value(member.substr(equals + 1)) || !keys.insert(member.substr(0, equals)).second)
        return {};
      state.append(state.empty() ? "" : ",").append(member);
      if (keys.size() > kMostMembers || state.size() > kMostState) return {};
    }
    if (comma == std::string_view::npos) return state;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace command_center::daemon::spans
