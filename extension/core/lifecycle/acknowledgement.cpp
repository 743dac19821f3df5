// The state machine of one service's reports.
#include "extension/core/lifecycle/acknowledgement.hpp"

namespace command_center::lifecycle {

std::optional<Status> parse_status(std::string_view text) noexcept {
  if (text == "consumed") return Status::kConsumed;
  if (text == "completed") return Status::kCompleted;
  if (text == "failed") return Status::kFailed;
  if (text == "ignored") return Status::kIgnored;
  return std::nullopt;
}

Verdict judge(Status current, Status reported, bool same_detail) noexcept {
  switch (current) {
    case Status::kNone:
      return Verdict::kRecord;
    case Status::kConsumed:
      return reported == Status::kConsumed ? Verdict::kKnown : Verdict::kRecord;
    case Status::kFailed:
      return reported == Status::kFailed && same_detail ? Verdict::kKnown : Verdict::kRecord;
    case Status::kCompleted:
    case Status::kIgnored:
      return reported == current || reported == Status::kConsumed ? Verdict::kKnown : Verdict::kConflict;
  }
  return Verdict::kConflict;
}

}  // namespace command_center::lifecycle
