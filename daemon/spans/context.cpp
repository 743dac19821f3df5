// Whether a traceparent is one is decided where commands are: nothing goes on here that would be left out
// there.
#include "daemon/spans/context.hpp"

#include <algorithm>

#include "extension/core/envelope/trace_context.hpp"

namespace command_center::daemon::spans {
namespace {

constexpr std::uint8_t kSampled = 1;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;

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
  if (!envelope::is_tracestate(text)) return state;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::size_t first = text.find_first_not_of(" \t");
    if (first < comma) {
      const std::string_view member = text.substr(first, comma - first);
      state.append(state.empty() ? "" : ",").append(member, 0, member.find_last_not_of(" \t") + 1);
    }
    if (comma == text.size()) return state;
    text.remove_prefix(comma + 1);
  }
}

std::string passed_on(std::string traceparent, std::string_view state) {
  if (!state.empty()) traceparent.append(" ").append(state);
  return traceparent;
}

}  // namespace command_center::daemon::spans
