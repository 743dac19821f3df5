// Tells which trace contexts may be passed on (W3C Trace Context).
#pragma once

#include <string_view>
#include <vector>

#include "extension/core/envelope/event.hpp"

namespace command_center::envelope {

// What a hint shows.
inline constexpr std::string_view kTraceparentExample =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// Whether a traceparent may be passed on as it is: version-traceid-parentid-flags in lower-case hexadecimal
// digits, neither id all zeros, the version not ff. Version 00 ends there; a later one may go on after
// another hyphen, in visible ASCII, up to 255 bytes in all.
[[nodiscard]] bool is_traceparent(std::string_view text) noexcept;

// Whether a tracestate may be passed on: 1 to 32 members key=value, none twice, 512 bytes in all. Blanks
// around members, and empty ones, are allowed.
[[nodiscard]] bool is_tracestate(std::string_view text) noexcept;

// What SQL is given as `traceparent`: one, and behind a space the tracestate that goes with it.
struct TraceContext {
  std::string_view traceparent;  // empty: none that is valid, and then there is no tracestate either
  std::string_view tracestate;   // empty: none that is valid
};
[[nodiscard]] TraceContext read_trace_context(std::string_view text) noexcept;

// Takes out every header named traceparent (in any case of letters) when one of them is not valid, and
// tracestate with it, which means nothing alone. Answers whether it did.
[[nodiscard]] bool drop_invalid_trace_context(std::vector<EventHeader>& headers);

}  // namespace command_center::envelope
