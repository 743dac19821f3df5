// W3C Trace Context: what a traceparent says, and how it goes on.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace command_center::daemon::spans {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

struct Context {
  TraceId trace{};
  SpanId span{};
  bool is_sampled = false;

  friend bool operator==(const Context& one, const Context& other) noexcept {
    return one.trace == other.trace && one.span == other.span;
  }
};

// With its tracestate, as it goes on.
struct Origin {
  Context context;
  std::string state{};
};

// Nothing where it is not valid: then a trace begins here. Of a version that is not known yet what this one
// says is taken, as the specification wants it.
[[nodiscard]] std::optional<Context> read_traceparent(std::string_view text) noexcept;

// Version 00. Flags that are not known do not go on.
[[nodiscard]] std::string traceparent_of(const Context& context);

// The members of a tracestate as they go on; empty where one of them is malformed or there are too many,
// which leaves the traceparent as it is.
[[nodiscard]] std::string read_tracestate(std::string_view text);

// Both as the functions of command_center take them in one text.
[[nodiscard]] std::string passed_on(std::string traceparent, std::string_view state);

// Two digits a byte, in lower case.
template <std::size_t Size>
[[nodiscard]] std::string hexadecimal(const std::array<std::uint8_t, Size>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * Size);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 15U]);
  }
  return text;
}

}  // namespace command_center::daemon::spans
