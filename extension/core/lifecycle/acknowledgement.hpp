// Decides what a service's report on a command means, given what it reported before.
#pragma once

#include <optional>
#include <string_view>

namespace command_center::lifecycle {

enum class Status { kNone, kConsumed, kCompleted, kFailed, kIgnored };

// Nothing for a text that names no status a service can report.
[[nodiscard]] std::optional<Status> parse_status(std::string_view text) noexcept;

enum class Verdict {
  kRecord,
  kKnown,     // a repetition, or older news: nothing to record, no error
  kConflict,  // contradicts a final status
};

// Services deliver at least once, and reports may overtake each other: the same report again is known, and so
// is one of an earlier stage after a final status. Completed and ignored are final; failed is not, another
// attempt may follow. `same_detail`: both reports say the same, which tells a repetition from another failed
// attempt.
[[nodiscard]] Verdict judge(Status current, Status reported, bool same_detail) noexcept;

}  // namespace command_center::lifecycle
