// What a collector says of the spans of a request that it took.
#pragma once

#include <cstdint>
#include <string_view>

namespace command_center::daemon::spans {

// How many of them it did not take: partialSuccess.rejectedSpans, a number or a text of one; 0 where it says
// nothing that can be read.
[[nodiscard]] std::int64_t rejected_spans(std::string_view answer) noexcept;

}  // namespace command_center::daemon::spans
